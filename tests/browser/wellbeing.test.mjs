// A vault of one's own: made, unlocked, locked; a note that one person may read and then may not; the WHO-5.

import assert from 'node:assert/strict'
import { stage, checkPage, daysAgo, onEachScreen, pass, said, wrong, PEOPLE } from './support.mjs'

const world = stage()
const at = (name) => `${name}@northmoor.example`

/** One for each screen: who has no vault yet. */
const KEEPERS = ['ewan.fraser', 'dev.chandra'].map(at)
const PRACTITIONER = at('marcus.bell')

/** The demonstration's; and another one. */
const DEMO = 'ladder otter velvet crumpet'
const OWN = 'marble teapot quiet gorse'

async function unlock (page, passphrase) {
  await page.getByLabel('Wellbeing passphrase', { exact: true }).fill(passphrase)
  await page.getByRole('button', { name: 'Unlock' }).click()
}

onEachScreen('a note is kept, shared with one person, read, and taken back', async (viewport, number, screen) => {
  const text = `Could not sleep after job ${number + 1}.`
  await world.visit({ viewport, as: KEEPERS[number] }, async (page) => {
    await page.goto('/wellbeing')
    await page.getByRole('heading', { name: 'Talk to somebody now' }).waitFor()
    await pass(page, `wellbeing without a vault on a ${screen}`)
    await page.getByRole('button', { name: 'Set up your vault' }).click()
    await page.getByLabel('Wellbeing passphrase', { exact: true }).fill('passwordpassword')
    await page.getByLabel('The same passphrase again').fill('passwordpassword')
    await page.getByLabel(/^I understand/).check()
    await page.getByRole('button', { name: 'Set up the vault' }).click()
    await wrong(page, 'Wellbeing passphrase', /easy to guess/)
    await pass(page, `a vault with a weak passphrase on a ${screen}`)
    await page.getByLabel('Wellbeing passphrase', { exact: true }).fill(OWN)
    await page.getByLabel('The same passphrase again').fill(OWN)
    await page.getByLabel(/^I understand/).check()
    await page.getByRole('button', { name: 'Set up the vault' }).click()
    assert.match(await page.locator('#recovery-code').innerText(), /^([A-Z2-7]{4}-){7}[A-Z2-7]{4}$/)
    await pass(page, `a recovery code on a ${screen}`)
    await page.getByRole('button', { name: 'I have written it down' }).click()
    await page.getByText('Nothing written yet').waitFor()
    await pass(page, `an empty vault on a ${screen}`)

    await page.getByRole('button', { name: 'Write a note', exact: true }).click()
    await page.getByRole('button', { name: 'Keep note' }).click()
    await wrong(page, 'What do you want to keep? (optional)', /Write something/)
    await pass(page, `a note with mistakes on a ${screen}`)
    await page.getByLabel('Day', { exact: true }).fill(daysAgo(1))
    await page.getByLabel('What do you want to keep? (optional)').fill(text)
    await page.getByLabel('2: Low').check()
    await page.getByLabel('4: Very tired').check()
    await page.getByRole('button', { name: 'Keep note' }).click()
    await said(page, /Kept/)
    await pass(page, `an open vault on a ${screen}`)
    await page.locator('tbody th a').first().click()
    await page.getByText(text).waitFor()
    const note = new URL(page.url()).pathname
    for (const [path, what] of [['edit', 'changing a note'], ['delete', 'removing a note']]) {
      await page.goto(`${note}/${path}`)
      await checkPage(page, `${what} on a ${screen}`)
    }
    await page.goto(note)
    await page.getByRole('button', { name: 'Share with somebody' }).click()
    await pass(page, `sharing a note on a ${screen}`)
    await page.getByRole('button', { name: 'Share it' }).click()
    await page.getByText('Choose with whom you want to share it').first().waitFor()
    await page.getByLabel('Marcus Bell').check()
    await page.getByRole('button', { name: 'Share it' }).click()
    await said(page, /Shared with Marcus Bell/)
    await page.getByText('Not opened yet').waitFor()
    await pass(page, `a note that is shared on a ${screen}`)
  })
  await world.visit({ viewport, as: PRACTITIONER }, async (page) => {
    await page.goto('/wellbeing/received')
    await page.getByText('Your vault is locked').waitFor()
    await pass(page, `what is shared, locked, on a ${screen}`)
    await page.getByRole('button', { name: 'Unlock' }).click()
    await unlock(page, 'not the right one')
    await wrong(page, 'Wellbeing passphrase', /does not open your vault/)
    await pass(page, `a wrong passphrase on a ${screen}`)
    await unlock(page, DEMO)
    await pass(page, `what is shared on a ${screen}`)
    await page.getByRole('link', { name: number === 0 ? 'Ewan Fraser' : 'Dev Chandra' }).click()
    await page.getByText(text).waitFor()
    assert.doesNotMatch(await page.title(), /Ewan|Dev/)
    await pass(page, `a note that somebody shared on a ${screen}`)
  })
  await world.visit({ viewport, as: KEEPERS[number] }, async (page) => {
    await page.goto('/wellbeing')
    await page.getByText('Your vault is locked').waitFor()
    await pass(page, `a locked vault on a ${screen}`)
    await page.getByRole('button', { name: 'Unlock' }).click()
    await unlock(page, OWN)
    await page.locator('tbody th a').first().click()
    await page.getByText(/First opened/).waitFor()
    await page.getByRole('button', { name: /^Stop sharing/ }).click()
    await said(page, /No longer shared/)
    await page.getByText('Only you.').waitFor()

    await page.goto('/wellbeing/who5')
    await page.getByRole('button', { name: 'Answer the five statements' }).click()
    await page.getByRole('button', { name: 'Keep my answers' }).click()
    await page.getByText(/Choose how often: “I have felt cheerful/).first().waitFor()
    await pass(page, `the WHO-5 with mistakes on a ${screen}`)
    for (const group of await page.getByRole('group').all()) {
      await group.getByLabel('Some of the time').check()
    }
    await page.getByRole('button', { name: 'Keep my answers' }).click()
    await said(page, /Kept/)
    await page.getByText('Very low').first().waitFor()
    await pass(page, `a WHO-5 score on a ${screen}`)
    await page.goto('/wellbeing/vault')
    await pass(page, `the page of a vault on a ${screen}`)
    for (const [path, what] of [['passphrase', 'a new passphrase'], ['code', 'a new code'], ['start-over', 'starting over']]) {
      await page.goto(`/wellbeing/vault/${path}`)
      await checkPage(page, `${what} on a ${screen}`)
    }
    await page.goto('/wellbeing/settings')
    await pass(page, `how long notes are kept on a ${screen}`)
    await page.goto('/wellbeing')
    await page.getByRole('button', { name: 'Lock and leave' }).click()
    await said(page, /Locked/)
    await page.goto('/wellbeing')
    await page.getByText('Your vault is locked').waitFor()
  })
})

onEachScreen('a member looks back at six weeks', async (viewport, _number, screen) => {
  await world.visit({ viewport, as: PEOPLE.member }, async (page) => {
    await page.goto('/wellbeing/who5')
    await unlock(page, DEMO)
    await page.getByText('Your scores').first().waitFor()
    await pass(page, `WHO-5 scores over time on a ${screen}`)
    await page.goto('/wellbeing')
    await page.getByText('Mood and tiredness').first().waitFor()
    await pass(page, `notes over time on a ${screen}`)
    await page.goto('/wellbeing/support')
    await checkPage(page, `somebody to talk to on a ${screen}`)
    await page.goto('/wellbeing/recover')
    await checkPage(page, `the recovery code on a ${screen}`)
  })
})
