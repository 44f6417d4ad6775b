// Signals of one's own workload: what is raised is explained, another is switched on, snoozed and told to somebody, who sees
// it until it is taken back; and the rules in the console.

import assert from 'node:assert/strict'
import { stage, onEachScreen, pass, said, wrong, PEOPLE } from './support.mjs'

const world = stage()

onEachScreen('a member reads why a signal is raised, snoozes it, and has their manager told until they take it back', async (viewport, number, screen) => {
  await world.visit({ viewport, as: PEOPLE.member }, async (page) => {
    await page.goto('/signals')
    await pass(page, `my signals on a ${screen}`)
    await page.getByRole('link', { name: 'Short rest' }).click()
    assert.match(await page.locator('main').innerText(), /You rested under 11 hours/)
    await pass(page, `a raised signal on a ${screen}`)
    await page.getByRole('button', { name: 'Snooze' }).click()
    await wrong(page, '1 week', /Choose for how long/)
    await pass(page, `a snooze with mistakes on a ${screen}`)
    await page.getByLabel('1 week').check()
    await page.getByRole('button', { name: 'Snooze' }).click()
    await said(page, /Snoozed/)
    await page.getByLabel('End the snooze now').check()
    await page.getByRole('button', { name: 'Snooze' }).click()
    await said(page, /Awake again/)
    const other = number === 0 ? 'Nights in a row' : 'Missed breaks'
    await page.goto('/signals')
    await page.getByRole('link', { name: other }).click()
    await pass(page, `a signal that is off on a ${screen}`)
    await page.getByRole('button', { name: 'Switch on' }).click()
    await said(page, /Only you see it/)
    await page.getByLabel('Only me').waitFor()
    await page.getByRole('button', { name: 'Switch off' }).click()
    await said(page, /Switched off/)
  })
  await world.visit({ viewport, as: PEOPLE.manager }, async (page) => {
    await page.goto('/signals/told')
    await pass(page, `what others have one told on a ${screen}`)
  })
})

onEachScreen('an administrator tunes a rule within its bounds and sets it back', async (viewport, number, screen) => {
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/organisation/signals')
    await pass(page, `the rules of signals on a ${screen}`)
    await page.getByRole('link', { name: 'Hard jobs' }).click()
    await page.getByLabel('How many jobs').fill('99')
    await page.getByRole('button', { name: 'Save' }).click()
    await wrong(page, 'How many jobs', /from 1 to 10/)
    await pass(page, `a rule with mistakes on a ${screen}`)
    await page.getByLabel('How many jobs').fill('4')
    await page.getByRole('button', { name: 'Save' }).click()
    await said(page, /4 jobs or more/)
    await page.getByRole('link', { name: 'Hard jobs' }).click()
    await page.getByRole('button', { name: 'Set back to the shipped numbers' }).click()
    await said(page, /Set back/)
  })
})
