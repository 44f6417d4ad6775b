// Working time: one's own figures and the hours in them, what a plan would break, a warning before a duty is logged with
// nothing typed lost, declarations, the team, and the contract groups.

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { stage, daysAgo, onEachScreen, pass, said, wrong, PEOPLE } from './support.mjs'

const world = stage()

const NEAR = 'lucy.hartwell@northmoor.example'
const OWED = 'zara.hussain@northmoor.example'

/** For each screen: somebody whose contract group warns. */
const WARNED = ['beth.sutcliffe@northmoor.example', OWED]

onEachScreen('a member reads their average, every hour in it, and what a plan would break', async (viewport, number, screen) => {
  await world.visit({ viewport, as: PEOPLE.member }, async (page) => {
    await page.goto('/working-time')
    assert.match(await page.getByRole('main').innerText(), /hours a week on average/)
    await pass(page, `my working time on a ${screen}`)
    await page.getByRole('link', { name: 'See every hour that went into it' }).click()
    await page.waitForURL(/\/working-time\/hours/)
    await pass(page, `the hours of an average on a ${screen}`)
    await page.goto('/working-time')
    await page.getByRole('button', { name: 'Before you book on' }).click()
    await pass(page, `before booking on, on a ${screen}`)
    await page.getByLabel('Day on which it begins').fill(daysAgo(-2))
    await page.getByLabel('Start').fill('00:00')
    await page.getByLabel('End').fill('23:30')
    await page.getByRole('button', { name: 'Check' }).click()
    assert.match(await page.getByRole('main').innerText(), /It would break something/)
    await pass(page, `a plan that breaks something on a ${screen}`)
  })
})

onEachScreen('a duty that leaves too short a rest is warned of, and logged anyway with all that was typed', async (viewport, number, screen) => {
  await world.visit({ viewport, as: WARNED[number] }, async (page) => {
    await page.goto('/duties/new')
    await page.getByLabel('Date on which it started').fill(daysAgo(40))
    await page.getByLabel('Start', { exact: true }).fill('00:10')
    await page.getByLabel('End', { exact: true }).fill('23:50')
    await page.getByLabel('What was it?').selectOption({ label: 'Meeting' })
    await page.getByLabel('Role on the job').fill('Minutes taker')
    await page.getByRole('button', { name: 'Log duty' }).click()
    await page.getByRole('alert').waitFor()
    const both = page.getByLabel('Both are right')
    if (await both.isVisible()) {
      await both.check()
      await page.getByRole('button', { name: 'Log duty' }).click()
    }
    await wrong(page, 'It was so: log it anyway', /are due/)
    await pass(page, `a duty that breaks a rest on a ${screen}`)
    assert.equal(await page.getByLabel('Role on the job').inputValue(), 'Minutes taker')
    await page.getByLabel('It was so: log it anyway').check()
    await page.getByRole('button', { name: 'Log duty' }).click()
    await said(page, /Duty logged/)
    await page.goto('/working-time')
    assert.match(await page.getByRole('main').innerText(), /Logged although it broke something/)
    await pass(page, `a duty that is marked on a ${screen}`)
  })
})

onEachScreen('an opt-out and another job are declared and ended', async (viewport, number, screen) => {
  const who = number === 0 ? PEOPLE.member : NEAR
  await world.visit({ viewport, as: who }, async (page) => {
    await page.goto('/working-time/declarations')
    await page.getByRole('button', { name: 'Opt out' }).click()
    await wrong(page, /I agree that the limit/, /Tick the box/)
    await pass(page, `an opt-out without agreement on a ${screen}`)
    await page.getByLabel(/I agree that the limit/).check()
    await page.getByRole('button', { name: 'Opt out' }).click()
    await said(page, /on record/)
    await page.getByRole('button', { name: 'Give notice today' }).click()
    await said(page, /The last day of your opt-out/)
    await page.getByRole('button', { name: 'Declare another job' }).click()
    await pass(page, `the form of another job on a ${screen}`)
    await page.getByLabel('A second job').check()
    await page.getByLabel('Monday, start').fill('18:00')
    await page.getByLabel('Monday, end').fill('20:00')
    await page.getByRole('button', { name: 'Declare' }).click()
    await said(page, /on record/)
    await pass(page, `declarations on a ${screen}`)
    await page.getByRole('link', { name: /^End or withdraw/ }).first().click()
    await pass(page, `ending another job on a ${screen}`)
    await page.getByRole('button', { name: 'Withdraw it' }).click()
    await said(page, /counts for nothing/)
  })
})

onEachScreen('a manager sees who needs attention', async (viewport, number, screen) => {
  await world.visit({ viewport, as: PEOPLE.manager }, async (page) => {
    await page.goto('/team/working-time')
    const text = await page.getByRole('main').innerText()
    assert.match(text, /Near the limit|Over the limit/)
    await pass(page, `the team's working time on a ${screen}`)
    await page.getByRole('link', { name: 'Zara Hussain' }).click()
    await pass(page, `somebody's working time on a ${screen}`)
    await page.getByRole('link', { name: 'See every hour that went into it' }).click()
    await pass(page, `somebody's hours on a ${screen}`)
  })
})

onEachScreen('an administrator adds a contract group and puts a unit into it', async (viewport, number, screen) => {
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/contract-groups')
    await pass(page, `contract groups on a ${screen}`)
    await page.getByRole('button', { name: 'Add a contract group' }).click()
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await wrong(page, 'Name', /Say what it is called/)
    await pass(page, `a contract group with errors on a ${screen}`)
    await page.getByLabel('Name', { exact: true }).fill(`Control on a ${screen}`)
    for (const choice of ['17 weeks', 'Rolling: the weeks up to each day', 'No', 'Turnouts', '24 hours in each 7 days', 'A warning']) {
      await page.getByLabel(choice, { exact: true }).check()
    }
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await said(page, /Now say who belongs to it/)
    await pass(page, `a contract group on a ${screen}`)
    await page.getByRole('button', { name: 'Put the unit into it' }).click()
    await pass(page, `a unit that was not chosen on a ${screen}`)
    await page.goto('/contract-groups/sources')
    await pass(page, `what kinds of work count as on a ${screen}`)
  })
})

test('the team downloads as CSV', async () => {
  await world.visit({ as: PEOPLE.manager }, async (page) => {
    await page.goto('/team/working-time')
    assert.ok(await page.getByRole('link', { name: 'Download this table as CSV' }).isVisible())
  })
})
