// What people are told: the bell, the list behind it, what each of them chooses, and the alarm of an administrator.

import assert from 'node:assert/strict'
import { stage, onEachScreen, pass, said, wrong, PEOPLE } from './support.mjs'

const world = stage()
const at = (name) => `${name}@northmoor.example`

/** Of Harbour, one for each screen: whom a colleague asks, and who asks. */
const ASKED = ['beth.sutcliffe', 'zara.hussain'].map(at)
const ASKING = ['lucy.hartwell', 'hannah.whitlock'].map(at)

onEachScreen('a colleague asks, the bell rings, and the list leads to what it is about', async (viewport, number, screen) => {
  await world.visit({ viewport, as: ASKED[number] }, async (page) => {
    await page.goto('/account')
    await page.getByRole('link', { name: /^Notifications: / }).click()
    await page.getByRole('heading', { level: 1, name: 'Notifications' }).waitFor()
    await pass(page, `the list of notifications on a ${screen}`)
  })
  await world.visit({ viewport, as: ASKING[number] }, async (page) => {
    await page.goto('/cpd/new')
    await page.getByLabel('Work-based').check()
    await page.getByLabel('What was it?').fill(`Drill at the quay ${number + 1}`)
    await page.getByRole('button', { name: 'Add entry' }).click()
    await said(page, /Entry added/)
    await page.getByRole('link', { name: 'Ask somebody to confirm it' }).click()
    await page.getByLabel('Whom do you ask?').fill(ASKED[number])
    await page.getByRole('button', { name: 'Ask' }).click()
    await page.getByRole('heading', { level: 1 }).waitFor()
  })
  await world.visit({ viewport, as: ASKED[number] }, async (page) => {
    await page.goto('/notifications')
    const item = page.getByRole('listitem').filter({ hasText: 'Somebody asks you to confirm an entry of their CPD' }).first()
    await item.getByText('Unread').waitFor()
    await pass(page, `an unread notification on a ${screen}`)
    await item.getByRole('button', { name: /^Look/ }).click()
    await page.waitForURL(/\/cpd\/requests\//)
    await page.goto('/notifications')
    const all = page.getByRole('button', { name: 'Mark all as read' })
    if (await all.isVisible()) await all.click()
    await page.getByText('You have read everything').waitFor()
    await page.getByRole('link', { name: /^Notifications: none unread/ }).waitFor()
    await pass(page, `a list that was read on a ${screen}`)
  })
})

onEachScreen('somebody chooses by kind and way, and when they are left alone', async (viewport, number, screen) => {
  await world.visit({ viewport, as: PEOPLE.member }, async (page) => {
    await page.goto('/account')
    await page.getByRole('link', { name: 'Notifications', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Choose your notifications' }).waitFor()
    await pass(page, `choosing notifications on a ${screen}`)
    const approved = page.getByRole('group', { name: 'When my hours were approved' })
    await approved.getByLabel('E-mail at once').uncheck()
    await approved.getByLabel('Weekly summary').check()
    assert.equal(await page.getByText('Password changed').count() > 0, true)
    await page.getByLabel('From', { exact: true }).fill('22:00')
    await page.getByRole('button', { name: 'Save' }).click()
    await wrong(page, 'Until', /Enter when the quiet hours end/)
    await pass(page, `half a pair of quiet hours on a ${screen}`)
    assert.equal(await approved.getByLabel('Weekly summary').isChecked(), true, 'nothing typed is lost')
    await page.getByLabel('Until', { exact: true }).fill('07:00')
    await page.getByLabel('Morning of the weekly summary').selectOption('Friday')
    await page.getByLabel('Keep what may wait until my duty is over').check()
    await page.getByRole('button', { name: 'Save' }).click()
    await said(page, /Your choice is kept/)
    assert.equal(await approved.getByLabel('E-mail at once').isChecked(), false)
    assert.equal(await page.getByLabel('Until', { exact: true }).inputValue(), '07:00')
    await approved.getByLabel('E-mail at once').check()
    await approved.getByLabel('Weekly summary').uncheck()
    await page.getByRole('button', { name: 'Save' }).click()
    await said(page, /Your choice is kept/)
  })
})
