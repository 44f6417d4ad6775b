// Duties from another system: upload, say which column is what, look at each row's fate, commit, mend, upload again.

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { ROOT, stage, checkWidth, download, onEachScreen, pass, said, signIn, wrong, PEOPLE, PHONE } from './support.mjs'
import { figures, upload } from './support-imports.mjs'

const world = stage()
const FIXTURE = await readFile(path.join(ROOT, 'tests/fixtures/imports/duties.csv'), 'utf8')

/** Whose rows are in the file: the fixture's person 1001, who is somebody else of the demonstration each time. */
const fileFor = (number) => FIXTURE.replaceAll('1001', number)

onEachScreen('a file of duties is mapped, checked, committed, and makes nothing new the second time', async (viewport, number, screen) => {
  const person = ['N0010', 'N0011'][number]
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/imports')
    await pass(page, `imports on a ${screen}`)
    await page.getByRole('button', { name: 'Import a file' }).first().click()
    await page.getByRole('button', { name: 'Upload' }).click()
    await wrong(page, 'File', /Choose a file/)
    await pass(page, `an upload without a file on a ${screen}`)
    await upload(page, 'Duties', `rota-${number}.csv`, fileFor(person))
    await pass(page, `an import before its columns are known on a ${screen}`)

    await page.getByRole('button', { name: 'Say which column is what' }).click()
    assert.match(await page.getByLabel('Employee number', { exact: true }).locator('option:checked').innerText(), /Staff No/)
    assert.match(await page.getByLabel('Breaks').locator('option:checked').innerText(), /Break/)
    await pass(page, `the columns of a file on a ${screen}`)
    await page.getByLabel('Start', { exact: true }).selectOption('')
    await page.getByRole('button', { name: 'Check the rows' }).click()
    await wrong(page, 'Start', /Choose the column/)
    await pass(page, `a column that is missing on a ${screen}`)
    await page.getByLabel('Start', { exact: true }).selectOption({ label: 'Time from' })
    await page.getByRole('button', { name: 'Check the rows' }).click()

    await page.getByRole('button', { name: /^Import \d+ dut/ }).waitFor()
    const dry = await figures(page)
    assert.equal(dry.Rows, '9')
    assert.equal(Number(dry.Ready) + Number(dry['Imported before']) + Number(dry.Rejected), 9, JSON.stringify(dry))
    assert.ok(Number(dry.Rejected) >= 4 && Number(dry.Ready) >= 3, JSON.stringify(dry))
    await pass(page, `the fate of each row on a ${screen}`)

    const rejected = await download(page, page.getByRole('link', { name: /Download the rejected rows/ }))
    assert.match(rejected.name, /\.csv$/)
    const lines = rejected.text.trim().split(/\r?\n/)
    assert.equal(lines.length, 1 + Number(dry.Rejected))
    assert.match(rejected.text, /9999/)
    assert.match(rejected.text, /31\/06\/2026/)

    await page.getByRole('button', { name: /^Import \d+ dut/ }).click()
    await page.getByText(/imported on/).waitFor()
    await pass(page, `a committed import on a ${screen}`)

    await upload(page, 'Duties', `rota-${number}-again.csv`, fileFor(person))
    await page.getByRole('button', { name: 'Say which column is what' }).click()
    await page.getByRole('button', { name: 'Check the rows' }).click()
    await page.getByText('No row is ready, so there is nothing to import').waitFor()
    const again = await figures(page)
    assert.equal(again.Ready, '0')
    assert.equal(Number(again['Imported before']), Number(dry.Ready) + Number(dry['Imported before']))
    await pass(page, `the same file again on a ${screen}`)
    await page.getByRole('link', { name: 'Throw this import away' }).click()
    await pass(page, `asked before throwing an import away on a ${screen}`)
    await page.getByRole('button', { name: /away/ }).click()
    await page.waitForURL(/\/imports/)
    await said(page, /thrown away/)
  })
})

test('without JavaScript a file of duties is imported', async () => {
  await world.visit({ viewport: PHONE, javaScriptEnabled: false }, async (page) => {
    await signIn(page, PEOPLE.administrator)
    await upload(page, 'Duties', 'rota.csv', fileFor('N0012'))
    await page.getByRole('button', { name: 'Say which column is what' }).click()
    await checkWidth(page, 'columns without JavaScript')
    await page.getByRole('button', { name: 'Check the rows' }).click()
    const commit = page.getByRole('button', { name: /^Import \d+ dut/ })
    for (let tries = 0; tries < 40 && await commit.count() === 0; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 250))
      await page.getByRole('link', { name: 'Check again' }).click()
    }
    await checkWidth(page, 'the fate of each row without JavaScript')
    await commit.click()
    const done = page.getByText(/imported on/)
    for (let tries = 0; tries < 40 && await done.count() === 0; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 250))
      await page.getByRole('link', { name: 'Check again' }).click()
    }
    assert.equal(await done.count(), 1)
  })
})

test('a file that is no table is refused with what to do', async () => {
  await world.visit({ viewport: PHONE, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/imports/new')
    await page.getByLabel('Duties', { exact: true }).check()
    await page.getByLabel('File', { exact: true }).setInputFiles({ name: 'empty.csv', mimeType: 'text/csv', buffer: Buffer.from('') })
    await page.getByRole('button', { name: 'Upload' }).click()
    await wrong(page, 'File', /./)
    assert.ok(await page.getByLabel('Duties', { exact: true }).isChecked(), 'the choice is kept')
    await pass(page, 'an empty file')
  })
})
