// What people learned and what they may do: an entry that is shared and confirmed, the profile as PDF and ZIP, a
// certificate that closes a gap.

import { readFile } from 'node:fs/promises'
import assert from 'node:assert/strict'
import { stage, checkPage, daysAgo, onEachScreen, pass, said, wrong, PEOPLE } from './support.mjs'

const world = stage()
const at = (name) => `${name}@northmoor.example`

/** Of Harbour, one for each screen: who keeps a record, and the colleague whom they ask. */
const KEEPERS = ['lucy.hartwell', 'hannah.whitlock'].map(at)
const COLLEAGUES = ['beth.sutcliffe', 'zara.hussain'].map(at)

/** Follows a link that answers with a file; its name and its first bytes. */
async function file (page, name) {
  const [got] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()])
  const bytes = await readFile(await got.path())
  return { name: got.suggestedFilename(), starts: bytes.subarray(0, 4).toString('latin1'), size: bytes.length }
}

onEachScreen('an entry is added, shared with the manager, and confirmed by a colleague', async (viewport, number, screen) => {
  const title = `Debrief, pump ${number + 1}`
  await world.visit({ viewport, as: KEEPERS[number] }, async (page) => {
    await page.goto('/cpd')
    await page.getByText('No entries yet').waitFor()
    await pass(page, `an empty CPD record on a ${screen}`)
    await page.getByRole('button', { name: 'Add an entry', exact: true }).click()
    await page.getByRole('button', { name: 'Add entry' }).click()
    await wrong(page, 'What was it?', /Say what it was/)
    await pass(page, `a CPD entry with mistakes on a ${screen}`)
    await page.getByLabel('Work-based').check()
    await page.getByLabel('What was it?').fill(title)
    await page.getByLabel('Date', { exact: true }).fill(daysAgo(3))
    await page.getByLabel('Hours (optional)').fill('0:45')
    await page.getByLabel('Reflection').fill('We asked for a second pump too late.')
    await page.getByLabel(/^4\. /).check()
    await page.getByRole('button', { name: 'Add entry' }).click()
    await said(page, /Entry added/)
    await pass(page, `a private CPD entry on a ${screen}`)

    await page.getByRole('link', { name: 'Add a file' }).click()
    await page.getByLabel('File').setInputFiles({ name: 'page.pdf', mimeType: 'application/pdf', buffer: Buffer.from('<html>') })
    await page.getByRole('button', { name: 'Add file' }).click()
    await wrong(page, 'File', /PDF, JPEG/)
    await pass(page, `evidence that is none on a ${screen}`)
    await page.getByLabel('File').setInputFiles({ name: 'Notes.txt', mimeType: 'text/plain', buffer: Buffer.from('What we said') })
    await page.getByRole('button', { name: 'Add file' }).click()
    await said(page, /File added/)

    await page.getByRole('link', { name: 'Change who reads it' }).click()
    await page.getByLabel('You and the managers of your unit').check()
    await pass(page, `who reads a CPD entry on a ${screen}`)
    await page.getByRole('button', { name: 'Save' }).click()
    await said(page, /Shared with the managers/)
    await page.getByRole('link', { name: 'Ask somebody to confirm it' }).click()
    await page.getByLabel('Whom do you ask?').fill('nobody')
    await page.getByRole('button', { name: 'Ask' }).click()
    await wrong(page, 'Whom do you ask?', /Nobody else who may confirm/)
    await page.getByLabel('Whom do you ask?').fill(COLLEAGUES[number])
    await page.getByLabel('A word to them (optional)').fill('You led it.')
    await pass(page, `asking a colleague on a ${screen}`)
    await page.getByRole('button', { name: 'Ask' }).click()
    await said(page, /is asked/)
  })
  await world.visit({ viewport, as: COLLEAGUES[number] }, async (page) => {
    await page.goto('/cpd/requests')
    await page.getByRole('link', { name: title }).click()
    await page.getByText('You led it.').waitFor()
    await pass(page, `a CPD entry to confirm on a ${screen}`)
    await page.getByRole('button', { name: 'Confirm', exact: true }).click()
    await said(page, /Confirmed/)
    await pass(page, `CPD requests that were answered on a ${screen}`)
  })
  await world.visit({ viewport, as: PEOPLE.manager }, async (page) => {
    await page.goto('/team/cpd')
    await page.getByRole('link', { name: title }).click()
    await page.getByText('confirmed it').waitFor()
    assert.equal(await page.getByRole('link', { name: 'Change who reads it' }).count(), 0)
    await pass(page, `a shared CPD entry as its manager reads it on a ${screen}`)
  })
  await world.visit({ viewport, as: KEEPERS[number] }, async (page) => {
    await page.goto('/cpd/profile')
    await page.getByRole('link', { name: 'Statement' }).click()
    await page.getByLabel('Statement: how you met the standards').fill('I ask for a second pump earlier.')
    await page.getByRole('button', { name: 'Save' }).click()
    await said(page, /Profile saved/)
    await page.getByRole('link', { name: 'Activities and their evidence' }).click()
    await page.getByLabel(title).check()
    await pass(page, `choosing activities for the profile on a ${screen}`)
    await page.getByRole('button', { name: 'Save choice' }).click()
    await said(page, /Choice saved/)
    await pass(page, `a CPD profile on a ${screen}`)
    const pdf = await file(page, 'Download as PDF')
    assert.match(pdf.name, /^cpd-profile-\d{4}-\d\d-\d\d\.pdf$/)
    assert.equal(pdf.starts, '%PDF')
    const zip = await file(page, 'Download as ZIP, with the evidence')
    assert.match(zip.name, /\.zip$/)
    assert.ok(zip.starts.startsWith('PK') && zip.size > pdf.size / 2, `${zip.size} of ${pdf.size}`)
    await page.getByRole('link', { name: 'Look at it first' }).click()
    await page.getByText('1.1 Notes.txt').first().waitFor()
    await pass(page, `a CPD profile as it is handed in on a ${screen}`)
  })
})

/** Who lacks what in the demonstration: one for each screen. */
const LACKING = [['Hannah Whitlock', 'Casualty care'], ['Maya Lindqvist', 'Road traffic collision, extrication']]

onEachScreen('a manager sees the gap, records the certificate, and the gap is closed', async (viewport, number, screen) => {
  const [name, kind] = LACKING[number]
  await world.visit({ viewport, as: PEOPLE.manager }, async (page) => {
    await page.goto('/team/competences')
    await page.getByRole('heading', { name: 'Gaps by unit' }).waitFor()
    const gap = async () => {
      const head = await page.locator('table').first().locator('thead th').allInnerTexts()
      const row = page.locator('table').first().locator('tbody tr', { hasText: 'Harbour' })
      return (await row.locator('th, td').nth(head.indexOf(kind)).innerText()).trim()
    }
    const before = await gap()
    assert.match(before, /^\d of 7/)
    await pass(page, `a team's competences on a ${screen}`)
    await page.getByRole('link', { name }).click()
    await page.getByText('Missing').first().waitFor()
    await pass(page, `somebody's competences on a ${screen}`)
    await page.getByRole('button', { name: 'Record a certificate' }).click()
    await page.getByRole('button', { name: 'Record', exact: true }).click()
    await wrong(page, 'Kind of competence', /Choose a kind/)
    await pass(page, `a certificate with mistakes on a ${screen}`)
    const choice = await page.getByLabel('Kind of competence').locator('option', { hasText: kind }).innerText()
    await page.getByLabel('Kind of competence').selectOption({ label: choice })
    await page.getByLabel('Found competent on').fill(daysAgo(1))
    await page.getByRole('button', { name: 'Record', exact: true }).click()
    await said(page, /recorded/i)
    await page.goto('/team/competences')
    assert.notEqual(await gap(), before)
  })
  const [off, warning] = [at('zara.hussain'), /You are off the run[\s\S]*Breathing apparatus/]
  await world.visit({ viewport, as: off }, async (page) => {
    await page.goto('/competences')
    assert.match(await page.locator('.govuk-warning-text').innerText(), warning)
    await pass(page, `somebody off the run on a ${screen}`)
  })
  await world.visit({ viewport, as: PEOPLE.member }, async (page) => {
    await page.goto('/competences')
    assert.match(await page.locator('main').innerText(), /Ends in 2\d days/)
    await checkPage(page, `a certificate that runs out soon on a ${screen}`)
  })
})
