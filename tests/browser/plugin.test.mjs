// A report plugin, from a file to a report on real duties: upload, review, grant, settings, enable, run, CSV, history.

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { PLUGIN, stage, checkWidth, download, onEachScreen, pass, said, signIn, wrong, PEOPLE, PHONE } from './support.mjs'

const world = stage()

/** Opens the page of the plugin. */
async function openPlugin (page) {
  await page.goto('/plugins')
  await page.locator('tbody').getByRole('link', { name: /Hours summary/ }).click()
}

/** Takes the plugin away, so that the next screen begins from nothing. */
async function removePlugin (page) {
  await openPlugin(page)
  await page.getByRole('button', { name: 'Remove' }).click()
  await pass(page, 'asked before removing a plugin')
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.waitForURL(/\/plugins$/)
}

/** Asks for a report and waits until it is made. */
async function run (page) {
  await page.getByRole('button', { name: 'Make the report' }).click()
  await page.waitForURL(/\/reports\/[0-9a-f-]{36}$/)
  await page.getByRole('button', { name: 'Download CSV' }).waitFor()
}

onEachScreen('a plugin is uploaded, reviewed, set, enabled and run', async (viewport, number, screen) => {
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/plugins')
    await page.getByText('No plugins yet').waitFor()
    await pass(page, `no plugins on a ${screen}`)
    await page.getByRole('button', { name: 'Upload a plugin' }).first().click()
    await page.getByRole('button', { name: 'Upload' }).click()
    await wrong(page, /Plugin/, /Choose a plugin file/)
    await page.locator('input[type=file]').setInputFiles({ name: 'no.wasm', mimeType: 'application/wasm', buffer: Buffer.from('not one') })
    await page.getByRole('button', { name: 'Upload' }).click()
    await wrong(page, /Plugin/, /./)
    await pass(page, `a file that is no plugin on a ${screen}`)
    await page.locator('input[type=file]').setInputFiles(PLUGIN)
    await page.getByRole('button', { name: 'Upload' }).click()

    await page.getByRole('heading', { level: 1, name: 'Review Hours summary' }).waitFor()
    const review = await page.getByRole('main').innerText()
    assert.match(review, /To add up the hours of each unit, category and week/)
    assert.match(review, /No network, no files/)
    await pass(page, `what a plugin asks to read on a ${screen}`)
    await page.getByRole('button', { name: 'Save what it may read' }).click()
    await said(page, /Saved what the plugin may read/)
    await pass(page, `a plugin that is not enabled on a ${screen}`)

    await page.getByRole('link', { name: 'Change settings' }).click()
    await page.getByLabel('Weeks to show').fill('99')
    await page.getByRole('button', { name: 'Save settings' }).click()
    await wrong(page, 'Weeks to show', /53/)
    assert.equal(await page.getByLabel('Weeks to show').inputValue(), '99')
    await pass(page, `a setting out of its limits on a ${screen}`)
    await page.getByLabel('Weeks to show').fill('6')
    await page.getByRole('button', { name: 'Save settings' }).click()
    await said(page, /Settings saved/)

    await page.getByRole('button', { name: 'Enable' }).click()
    await pass(page, `asked before a plugin is enabled on a ${screen}`)
    await page.getByRole('button', { name: 'Enable' }).click()
    await said(page, /enabled/)
    await pass(page, `an enabled plugin on a ${screen}`)

    await world.visit({ viewport, as: PEOPLE.manager }, async (manager) => {
      await manager.goto('/reports')
      await pass(manager, `reports on a ${screen}`)
      await manager.getByRole('link', { name: 'Hours summary', exact: true }).click()
      await manager.getByLabel('Last day').fill('2020-01-01')
      await manager.getByRole('button', { name: 'Make the report' }).click()
      await wrong(manager, 'Last day', /./)
      await pass(manager, `a period that runs backwards on a ${screen}`)
      await manager.goto('/reports')
      await manager.getByRole('link', { name: 'Hours summary', exact: true }).click()
      await pass(manager, `asking for a report on a ${screen}`)
      await run(manager)
      assert.ok(await manager.locator('svg[role=img]').count() > 0, 'a chart')
      assert.ok(await manager.locator('table').count() > 0, 'a table')
      const shown = await manager.getByRole('main').innerText()
      assert.match(shown, /Harbour/)
      assert.doesNotMatch(shown, /Castle Hill|Fernley/, 'only the units that they manage')
      await pass(manager, `a report on a ${screen}`)
      const csv = await download(manager, manager.getByRole('button', { name: 'Download CSV' }))
      assert.match(csv.name, /^report-.*\.csv$/)
      assert.match(csv.text, /Harbour/)
      assert.doesNotMatch(csv.text, /Fernley/)
      const address = manager.url()
      await manager.goto('/reports')
      await pass(manager, `reports with one made on a ${screen}`)
      assert.ok((await page.goto(address)).status() >= 403, 'a report is for the one who asked')
    })

    await openPlugin(page)
    await page.getByRole('link', { name: 'All runs' }).click()
    await pass(page, `the runs of a plugin on a ${screen}`)
    await page.locator('tbody').getByRole('link').first().click()
    assert.match(await page.getByRole('main').innerText(), /Done|Finished|Made/)
    await pass(page, `one run of a plugin on a ${screen}`)
    await openPlugin(page)
    await page.getByRole('button', { name: 'Disable' }).click()
    await pass(page, `asked before a plugin is disabled on a ${screen}`)
    await page.getByRole('button', { name: 'Disable' }).click()
    await said(page, /disabled/)
    await removePlugin(page)
  })
})

test('without JavaScript a plugin is installed and a report made', async () => {
  await world.visit({ viewport: PHONE, javaScriptEnabled: false }, async (page) => {
    await signIn(page, PEOPLE.administrator)
    await page.goto('/plugins/upload')
    await page.locator('input[type=file]').setInputFiles(PLUGIN)
    await page.getByRole('button', { name: 'Upload' }).click()
    await checkWidth(page, 'a review without JavaScript')
    await page.getByRole('button', { name: 'Save what it may read' }).click()
    await page.getByRole('button', { name: 'Enable' }).click()
    await page.getByRole('button', { name: 'Enable' }).click()
    await said(page, /enabled/)
    await world.visit({ viewport: PHONE, javaScriptEnabled: false }, async (manager) => {
      await signIn(manager, PEOPLE.manager)
      await manager.goto('/reports')
      await manager.getByRole('link', { name: 'Hours summary', exact: true }).click()
      await manager.getByRole('button', { name: 'Make the report' }).click()
      const ready = manager.getByRole('button', { name: 'Download CSV' })
      for (let tries = 0; tries < 60 && await ready.count() === 0; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 250))
        const again = manager.getByRole('link', { name: 'Check again' })
        if (await again.count() > 0) await again.click()
      }
      assert.equal(await ready.count(), 1)
      await checkWidth(manager, 'a report without JavaScript')
    })
  })
})
