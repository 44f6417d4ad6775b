// The reports that come with Watchroom: installed as an administrator does it, made by a manager over the demonstration.

import assert from 'node:assert/strict'
import path from 'node:path'
import { ROOT, stage, download, onEachScreen, pass, said, PEOPLE } from './support.mjs'

const world = stage()

/** What each shows of the demonstration: its title, what stands in its page, what in its CSV. */
const REPORTS = [
  { file: 'working-time-compliance', title: 'Working-time compliance', shows: /Over the limit/, table: /Working time by unit/ },
  { file: 'cpd-and-certificates', title: 'CPD and certificates', shows: /People off the run/, table: /Competences that people need, by unit/ },
  { file: 'workload', title: 'Workload', shows: /Late finishes/, table: /Workload by unit/ }
]

/** Uploads a plugin, lets it read what is ticked beforehand, and enables it. */
async function install (page, { file, title }) {
  await page.goto('/plugins/upload')
  await page.locator('input[type=file]').setInputFiles(path.join(ROOT, `plugins/dist/${file}.wasm`))
  await page.getByRole('button', { name: 'Upload' }).click()
  await page.getByRole('heading', { level: 1, name: `Review ${title}` }).waitFor()
  for (const box of await page.getByRole('checkbox').all()) {
    const value = await box.getAttribute('value')
    const personal = /\.(person|given_name|family_name)$/.test(value)
    assert.equal(await box.isChecked(), !personal, `${value} is personal: ${personal}`)
  }
  await pass(page, `what ${file} asks to read`)
  await page.getByRole('button', { name: 'Save what it may read' }).click()
  await page.getByRole('button', { name: 'Enable' }).click()
  await page.getByRole('button', { name: 'Enable' }).click()
  await said(page, /enabled/)
}

async function remove (page, { title }) {
  await page.goto('/plugins')
  await page.locator('tbody').getByRole('link', { name: title }).click()
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.waitForURL(/\/plugins$/)
}

onEachScreen('the reports that come with Watchroom are made for a manager', async (viewport, number, screen) => {
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    for (const one of REPORTS) await install(page, one)
    await world.visit({ viewport, as: PEOPLE.manager }, async (manager) => {
      for (const { file, title, shows, table } of REPORTS) {
        await manager.goto('/reports')
        await manager.getByRole('link', { name: title, exact: true }).click()
        await manager.getByRole('button', { name: 'Make the report' }).click()
        await manager.waitForURL(/\/reports\/[0-9a-f-]{36}$/)
        const button = manager.getByRole('button', { name: 'Download CSV' })
        await button.waitFor()
        const shown = await manager.getByRole('main').innerText()
        assert.match(shown, shows)
        assert.match(shown, /Harbour/)
        assert.doesNotMatch(shown, /Castle Hill|Fernley/, 'only the units that they manage')
        await pass(manager, `${file} on a ${screen}`)
        assert.match((await download(manager, button)).text, table)
      }
    })
    for (const one of REPORTS) await remove(page, one)
  })
})
