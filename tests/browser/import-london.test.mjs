// The mobilisation and incident records of the London Fire Brigade: crews first, then both files at once.
// The project's own fixtures have the same columns with made-up values. Where the public files are at hand
// (the folder in LFB_DATA, or ../shared/data/lfb), those are imported too, and every row has to be accounted for.

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { ROOT, stage, download, onEachScreen, pass, said, wrong, PEOPLE } from './support.mjs'
import { figures } from './support-imports.mjs'

const world = stage()
const FIXTURES = path.join(ROOT, 'tests/fixtures/imports')
const PUBLIC = process.env.LFB_DATA ?? path.join(ROOT, '../shared/data/lfb')

/** Puts somebody on a call sign. */
async function assign (page, callSign, person, from) {
  await page.goto('/crews')
  await page.locator('form[method=post][action="/crews"]').getByLabel('Call sign').fill(callSign)
  await page.getByLabel('Person').fill(person)
  await page.getByLabel('Role on the vehicle').fill('Firefighter')
  await page.getByLabel('First day').fill(from)
  await page.getByRole('button', { name: 'Assign' }).click()
}

/** Uploads both files and waits for the result of the check. */
async function bring (page, mobilisations, incidents) {
  await page.goto('/imports/new')
  await page.getByLabel('Mobilisation records of the London Fire Brigade').check()
  await page.getByLabel('File', { exact: true }).setInputFiles(mobilisations)
  await page.getByLabel(/^Incident records/).setInputFiles(incidents)
  await page.getByRole('button', { name: 'Upload' }).click()
  await page.locator('.wr-figures').waitFor()
  return await figures(page)
}

onEachScreen('crews are assigned, changed and removed', async (viewport, number, screen) => {
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/crews')
    await page.getByRole('button', { name: 'Assign' }).click()
    await wrong(page, page.locator('form[method=post][action="/crews"]').getByLabel('Call sign'), /./)
    await pass(page, `an assignment with nothing in it on a ${screen}`)
    await assign(page, 'q121', ['N0005', 'N0006'][number], '2026-05-01')
    await said(page, /Assigned to Q121/)
    await pass(page, `a crew on a ${screen}`)
    await assign(page, `Q9${number}`, 'N0007', '2026-05-01')
    await page.locator('tbody').getByRole('link').first().click()
    await page.getByLabel('Last day').fill('2026-04-01')
    await page.getByRole('button', { name: 'Save' }).click()
    await wrong(page, 'Last day', /before/)
    await pass(page, `an assignment that ends before it begins on a ${screen}`)
    await page.getByLabel('Last day').fill('2026-06-01')
    await page.getByRole('button', { name: 'Save' }).click()
    await said(page, /saved/)
    await page.goto(`/crews?call_sign=Q9${number}`)
    await page.locator('tbody').getByRole('link').first().click()
    await page.getByRole('link', { name: 'Remove this assignment' }).click()
    await pass(page, `asked before removing an assignment on a ${screen}`)
    await page.getByRole('button', { name: 'Remove' }).click()
    await said(page, /removed/)
  })
})

onEachScreen('mobilisations become duties of the crews, once', async (viewport, number, screen) => {
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    if (number === 0) {
      for (const [callSign, person] of [['Q122', 'N0008'], ['Q111', 'N0009'], ['Q131', 'N0010']]) {
        await assign(page, callSign, person, '2026-05-01')
        await said(page, /Assigned/)
      }
    }
    const found = await bring(page, `${FIXTURES}/lfb_mobilisations.csv`, `${FIXTURES}/lfb_incidents.csv`)
    assert.equal(found.Rows, '18')
    assert.equal(Number(found.Ready) + Number(found['Imported before']) + Number(found.Rejected), 18, JSON.stringify(found))
    assert.equal(found['Incidents in the second file'], '15')
    await pass(page, `mobilisations before they are imported on a ${screen}`)
    const rejected = await download(page, page.getByRole('link', { name: /Download the rejected rows/ }))
    assert.match(rejected.text, /Z991/, 'the call sign without a crew')
    if (number === 0) {
      assert.ok(Number(found.Ready) > 10, JSON.stringify(found))
      await page.getByRole('button', { name: /^Import \d+ dut/ }).click()
      await page.getByText(/imported on/).waitFor()
      await pass(page, `imported mobilisations on a ${screen}`)
    } else {
      assert.equal(found.Ready, '0', 'the second run makes no second duty')
      assert.equal(found.Duties, '0')
    }
  })
})

test('the crew finds the mobilisation in their list, with its times to the second', async () => {
  await world.visit({ as: 'aisha.rahman@northmoor.example' }, async (page) => {
    await page.goto('/duties?from=2026-05-01&to=2026-05-31&incident=009005')
    const rows = page.locator('tbody').first().locator('tr')
    assert.equal(await rows.count(), 1)
    await rows.getByRole('link').first().click()
    const main = await page.getByRole('main').innerText()
    assert.match(main, /Q131/)
    assert.match(main, /Turnout\s+2 min 14 s/)
    assert.match(main, /Attendance\s+8 min 36 s/)
    assert.match(main, /Road traffic collision/)
    assert.match(main, /Imported from a file/)
    await pass(page, 'a duty from a mobilisation')
  })
})

test('the public files import with every row accounted for', { skip: existsSync(path.join(PUBLIC, 'mobilisations.csv')) ? false : 'the public files are not here' }, async () => {
  await world.visit({ as: PEOPLE.administrator }, async (page) => {
    await assign(page, 'H271', 'N0011', '2009-01-01')
    await said(page, /Assigned/)
    const found = await bring(page, path.join(PUBLIC, 'mobilisations.csv'), path.join(PUBLIC, 'incidents.csv'))
    const number = (label) => Number(found[label].replaceAll(',', ''))
    assert.ok(number('Rows') > 0)
    assert.equal(number('Ready') + number('Imported before') + number('Rejected'), number('Rows'), JSON.stringify(found))
    assert.ok(number('Ready') > 0, JSON.stringify(found))
    await page.getByRole('button', { name: /^Import [\d,]+ dut/ }).click()
    await page.getByText(/imported on/).waitFor()
    await pass(page, 'imported public records')
  })
})
