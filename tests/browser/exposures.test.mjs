// What people were exposed to, and TRiM: a proposal confirmed with one press, one completed and corrected, a record read for
// a medical professional; an offer accepted in private, taken over, and refused an assessment that is too early.

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { stage, daysAgo, onEachScreen, pass, said, wrong, PEOPLE } from './support.mjs'

const world = stage()
const at = (name) => `${name}@northmoor.example`

/** One for each screen: who has the proposals of eight weeks. */
const EXPOSED = ['maya.lindqvist', 'lucy.hartwell'].map(at)
const NAMES = ['Maya Lindqvist', 'Lucy Hartwell']
const READER = at('idris.khan')
const PRACTITIONER = at('ffion.pugh')

onEachScreen('an exposure is confirmed with one press, another is completed, corrected and taken along', async (viewport, number, screen) => {
  await world.visit({ viewport, as: EXPOSED[number] }, async (page) => {
    await page.goto('/after-job')
    await pass(page, `after a job on a ${screen}`)
    await page.goto('/exposures')
    await page.getByRole('heading', { name: 'To confirm' }).waitFor()
    await pass(page, `proposed exposures on a ${screen}`)
    await page.getByRole('button', { name: 'Confirm' }).first().click()
    await said(page, /Confirmed/)
    await page.getByRole('button', { name: 'I was not exposed' }).first().click()
    await said(page, /not exposed/)
    await page.getByRole('heading', { name: 'In sum' }).waitFor()
    await pass(page, `my exposures on a ${screen}`)

    // Not one of a traumatic event, which nobody else reads.
    await page.getByRole('link', { name: /^Add what I know of Fire contaminants/ }).first().click()
    await page.getByLabel('Minutes in breathing apparatus (optional)').fill('a while')
    await page.getByRole('button', { name: 'Record' }).click()
    await wrong(page, 'Minutes in breathing apparatus (optional)', /Enter whole minutes/)
    await pass(page, `an exposure with mistakes on a ${screen}`)
    await page.getByLabel('Minutes in breathing apparatus (optional)').fill('25')
    await page.getByLabel('Fire kit').check()
    await page.getByLabel('Symptoms (optional)').fill('Dry cough')
    await page.getByRole('button', { name: 'Record' }).click()
    await said(page, /Recorded/)
    await pass(page, `an exposure on a ${screen}`)
    await page.getByRole('button', { name: 'Correct' }).click()
    await page.getByLabel('Minutes in breathing apparatus (optional)').fill('31')
    await page.getByRole('button', { name: 'Correct' }).click()
    await wrong(page, 'Why do you correct it?', /Say why/)
    await pass(page, `a correction without a reason on a ${screen}`)
    await page.getByLabel('Why do you correct it?').fill('Two wears')
    await page.getByRole('button', { name: 'Correct' }).click()
    await said(page, /Corrected/)
    assert.match(await page.locator('main').innerText(), /31 min[\s\S]*25 min/)
    await pass(page, `a corrected exposure on a ${screen}`)
    await page.goto('/exposures')
    for (const [name, file] of [['Download as PDF', /^my-exposures-.*\.pdf$/], ['Download as CSV', /^my-exposures-.*\.csv$/]]) {
      const [got] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()])
      assert.match(got.suggestedFilename(), file)
    }
  })
  await world.visit({ viewport, as: READER }, async (page) => {
    await page.goto('/exposure-records')
    await page.getByLabel('Whose record?').fill(NAMES[number].split(' ')[1])
    await page.getByRole('button', { name: 'Find' }).click()
    await pass(page, `looking for an exposure record on a ${screen}`)
    await page.getByRole('link', { name: NAMES[number] }).click()
    await page.getByText('Dry cough').first().waitFor()
    await pass(page, `an exposure record on a ${screen}`)
  })
  await world.visit({ viewport, as: EXPOSED[number] }, async (page) => {
    await page.goto('/account/receipts')
    await page.getByText('Opened your exposures, for a medical professional').first().waitFor()
  })
})

test('the member of the demonstration has sums of years', async () => {
  await world.visit({ as: PEOPLE.member }, async (page) => {
    await page.goto('/exposures')
    assert.match(await page.locator('main').innerText(), /Asbestos[\s\S]*Minutes in breathing apparatus/)
  })
})

/** Whom the manager offers it to, one for each screen: a member of their station who has no offer of that day. */
const OFFERED = [EXPOSED[0], EXPOSED[1]]

onEachScreen('TRiM is offered, accepted in private, taken over, and not assessed too early', async (viewport, number, screen) => {
  await world.visit({ viewport, as: PEOPLE.manager }, async (page) => {
    await page.goto('/team/trim')
    await page.getByText('Fewer than 5').first().waitFor()
    await pass(page, `counts of TRiM offers on a ${screen}`)
    await page.getByRole('button', { name: 'Offer TRiM to somebody' }).click()
    await page.getByRole('button', { name: 'Offer', exact: true }).click()
    await wrong(page, 'To whom?', /Nobody else of your units/)
    await pass(page, `offering TRiM with a mistake on a ${screen}`)
    await page.getByLabel('To whom?').fill(OFFERED[number])
    await page.getByLabel('Day of the event').fill(daysAgo(0))
    await page.getByRole('button', { name: 'Offer', exact: true }).click()
    await said(page, /You do not learn what they answer/)
  })
  await world.visit({ viewport, as: OFFERED[number] }, async (page) => {
    await page.goto('/trim')
    await pass(page, `offers of TRiM on a ${screen}`)
    await page.getByRole('link', { name: /^Answer/ }).first().click()
    await pass(page, `answering an offer of TRiM on a ${screen}`)
    await page.getByRole('button', { name: 'Accept' }).click()
    await said(page, /Accepted/)
    await page.goto('/trim/ask')
    await pass(page, `asking for TRiM on a ${screen}`)
  })
  await world.visit({ viewport, as: PRACTITIONER }, async (page) => {
    await page.goto('/trim/caseload')
    await pass(page, `a TRiM caseload on a ${screen}`)
    const row = page.locator('tr', { hasText: NAMES[number] }).filter({ hasText: 'Not before' }).first()
    await row.getByRole('link').click()
    await page.getByRole('button', { name: 'Take this case over' }).click()
    await said(page, /You look after this case/)
    await pass(page, `a TRiM case on a ${screen}`)
    await page.getByRole('button', { name: 'Record: Assessment' }).click()
    await page.getByLabel('Time').fill('00:01')
    await page.getByLabel('Keep an eye on it until the follow-up').check()
    await page.getByRole('button', { name: 'Record', exact: true }).click()
    await wrong(page, 'Day', /Nobody is assessed within 72 hours/)
    await pass(page, `an assessment that is too early on a ${screen}`)
  })
})

onEachScreen('an administrator says which work exposes and calls for TRiM', async (viewport, number, screen) => {
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/exposure-rules')
    await pass(page, `rules of exposures on a ${screen}`)
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await wrong(page, 'Kind of work', /Choose a kind of work/)
    await page.goto('/trim-criteria')
    await pass(page, `criteria of TRiM on a ${screen}`)
  })
})
