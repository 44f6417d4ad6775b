// A week from submitting it to payroll: returned, submitted again, approved together with another, locked, corrected, and
// what was claimed for it decided and taken once.

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { stage, checkWidth, daysAgo, download, onEachScreen, pass, said, signIn, wrong, PEOPLE, PHONE } from './support.mjs'

const world = stage()

/** For each screen: whose last week can be submitted, and whose waits in the demonstration. */
const CREW = [
  { name: 'Jo Marsh', email: PEOPLE.member, beside: 'Beth Sutcliffe' },
  { name: 'Maya Lindqvist', email: 'maya.lindqvist@northmoor.example', beside: 'Zara Hussain' }
]

/** Opens one's own last week: the second in the list, after the one that is running. */
async function openLastWeek (page) {
  await page.goto('/timesheets')
  await page.locator('tbody tr').nth(1).getByRole('link').click()
  await page.waitForURL(/\/timesheets\/period\/\d{4}-\d\d-\d\d$/)
}

onEachScreen('a week is submitted, returned with a reason, submitted again and approved with another', async (viewport, number, screen) => {
  const { name, email, beside } = CREW[number]
  await world.visit({ viewport, as: email }, async (member) => {
    await member.goto('/timesheets')
    await pass(member, `my timesheets on a ${screen}`)
    await openLastWeek(member)
    await pass(member, `a week to submit on a ${screen}`)
    await member.getByRole('button', { name: 'Submit' }).click()
    await said(member, /Submitted/)
    await pass(member, `a week that waits on a ${screen}`)
    await world.visit({ viewport, as: PEOPLE.manager }, async (manager) => {
      await manager.goto('/approvals')
      await pass(manager, `approvals on a ${screen}`)
      await manager.getByRole('link', { name }).click()
      await pass(manager, `somebody's week on a ${screen}`)
      await manager.getByRole('button', { name: 'Return' }).click()
      await wrong(manager, 'Why do you return it?', /Say why/)
      await pass(manager, `returning without a reason on a ${screen}`)
      await manager.getByLabel('Why do you return it?').fill('Is the break of Tuesday right?')
      await manager.getByRole('button', { name: 'Return' }).click()
      await said(manager, /Returned/)
      await member.goto('/timesheets')
      assert.match(await member.locator('tbody tr').nth(1).innerText(), /Returned[\s\S]*Is the break of Tuesday right\?/)
      await openLastWeek(member)
      await pass(member, `a week that was returned on a ${screen}`)
      await member.getByRole('button', { name: 'Submit' }).click()
      await manager.goto('/approvals')
      await manager.getByLabel(`Choose ${name}`).check()
      await manager.getByLabel(`Choose ${beside}`).check()
      await manager.getByRole('button', { name: 'Approve those chosen' }).click()
      await pass(manager, `approving two on a ${screen}`)
      await manager.getByRole('button', { name: 'Approve all of these' }).click()
      await said(manager, /2 timesheets were approved/)
    })
    await openLastWeek(member)
    assert.match(await member.getByRole('main').innerText(), /Approved/)
    await pass(member, `a week that is approved on a ${screen}`)
  })
})

onEachScreen('a locked duty is corrected by a proposal that the manager accepts', async (viewport, number, screen) => {
  const { name, email } = CREW[number]
  await world.visit({ viewport, as: email }, async (member) => {
    await openLastWeek(member)
    const add = await member.getByRole('link', { name: 'propose to add one that is missing' }).getAttribute('href')
    await member.locator('tbody').getByRole('link').first().click()
    const duty = member.url()
    assert.equal(await member.getByRole('link', { name: 'Delete this duty' }).count(), 0)
    await pass(member, `a locked duty on a ${screen}`)
    for (const [page, what] of [[`${duty}/propose-removal`, 'proposing to remove'], [`${duty}/private-note`, 'the private note of'], [add, 'proposing to add']]) {
      await member.goto(page)
      await pass(member, `${what} a duty on a ${screen}`)
    }
    await member.goto(duty)
    await member.getByRole('button', { name: 'Propose a correction' }).click()
    await member.getByLabel('Breaks').fill('15')
    await member.getByRole('button', { name: 'Propose' }).click()
    await wrong(member, /Why/, /Say why/)
    assert.equal(await member.getByLabel('Breaks').inputValue(), '15')
    await pass(member, `a correction without a reason on a ${screen}`)
    await member.getByLabel(/Why/).fill('Called out during the meal')
    await member.getByRole('button', { name: 'Propose' }).click()
    await said(member, /Proposed/)
    await pass(member, `a correction that waits on a ${screen}`)
    await world.visit({ viewport, as: PEOPLE.manager }, async (manager) => {
      await manager.goto('/approvals')
      await manager.getByRole('link', { name: /proposed corrections? waits?/ }).click()
      await pass(manager, `corrections on a ${screen}`)
      await manager.getByRole('link', { name: new RegExp(name) }).click()
      await pass(manager, `a correction to decide on a ${screen}`)
      await manager.getByRole('button', { name: 'Accept' }).click()
      await said(manager, /Accepted/)
      await manager.getByRole('link', { name: 'The timesheet' }).click()
      await manager.getByRole('link', { name: 'Reopen this timesheet' }).click()
      await pass(manager, `reopening on a ${screen}`)
      await manager.getByRole('button', { name: 'Reopen' }).click()
      await wrong(manager, 'Why?', /Say why/)
    })
    await member.goto(duty)
    const history = await member.getByRole('main').innerText()
    assert.match(history, /15 min/)
    assert.match(history, /Called out during the meal/)
    await pass(member, `a corrected duty on a ${screen}`)
  })
})

onEachScreen('a claim is approved by HR and taken to payroll once', async (viewport, number, screen) => {
  const { name, email } = CREW[number]
  await world.visit({ viewport, as: email }, async (member) => {
    await openLastWeek(member)
    await member.locator('tbody').getByRole('link').first().click()
    await member.getByRole('link', { name: 'Overtime, disturbance and mileage claims' }).click()
    await member.getByRole('button', { name: 'Claim' }).click()
    await wrong(member, 'Overtime', /Choose what you claim/)
    await pass(member, `claiming nothing on a ${screen}`)
    await member.getByLabel('Mileage').check()
    await member.getByLabel('How much?').fill('12.5')
    await member.getByRole('button', { name: 'Claim' }).click()
    await said(member, /Claimed/)
    await pass(member, `claims for a duty on a ${screen}`)
    await world.visit({ viewport, as: PEOPLE.hr }, async (hr) => {
      await hr.goto('/claims')
      await pass(hr, `claims to decide on a ${screen}`)
      await hr.getByRole('link', { name }).click()
      await hr.getByLabel('Approve how much?').fill('10')
      await hr.getByRole('button', { name: 'Approve' }).click()
      await wrong(hr, 'What do you say to it?', /Say why it is less/)
      await pass(hr, `approving a part without a reason on a ${screen}`)
      await hr.getByLabel('What do you say to it?').fill('From the station, not from home')
      await hr.getByRole('button', { name: 'Approve' }).click()
      await said(hr, /Approved/)
      await hr.goto('/payroll')
      await pass(hr, `payroll on a ${screen}`)
      await hr.getByRole('button', { name: 'Make a run' }).click()
      await said(hr, /1 claim was taken/)
      assert.equal(await hr.getByRole('button', { name: 'Make a run' }).count(), 0, 'nothing is left to take')
      const file = await download(hr, hr.getByRole('link', { name: /^Download the run/ }).first())
      assert.equal(file.text.trim().split('\n').length, 2, file.text)
      assert.match(file.text, /Mileage,12\.5,10,miles/)
      await pass(hr, `payroll after a run on a ${screen}`)
    })
    await member.goto('/claims/mine')
    assert.match(await member.getByRole('main').innerText(), /Approved[\s\S]*taken to payroll[\s\S]*10 miles/)
    await pass(member, `my claims on a ${screen}`)
  })
})

onEachScreen('somebody is named to decide while the manager is away, and it is ended', async (viewport, number, screen) => {
  const { beside } = CREW[number]
  await world.visit({ viewport, as: PEOPLE.manager }, async (manager) => {
    await manager.goto('/approvals/delegations')
    await manager.getByRole('button', { name: 'Name somebody' }).click()
    await manager.getByLabel('Name or employee number').fill(beside.split(' ')[1])
    await manager.getByRole('button', { name: 'Find' }).click()
    await manager.getByLabel(beside).check()
    await manager.getByRole('button', { name: 'Name them' }).click()
    await wrong(manager, 'Last day', /Enter the last day/)
    await pass(manager, `naming somebody without a day on a ${screen}`)
    await manager.getByLabel('Last day').fill(daysAgo(-7))
    await manager.getByRole('button', { name: 'Name them' }).click()
    await said(manager, /Named/)
    await pass(manager, `who decides meanwhile on a ${screen}`)
    await manager.getByRole('link', { name: /^End it/ }).first().click()
    await pass(manager, `asked before it is ended on a ${screen}`)
    await manager.getByRole('button', { name: 'End it' }).click()
    await said(manager, /Ended|ended/)
  })
})

test('without JavaScript a week is opened and returned', async () => {
  await world.visit({ viewport: PHONE, javaScriptEnabled: false }, async (page) => {
    await signIn(page, PEOPLE.manager)
    await page.goto('/approvals')
    await checkWidth(page, 'approvals without JavaScript')
    await page.getByRole('link', { name: 'Lucy Hartwell' }).click()
    await page.getByLabel('Why do you return it?').fill('Which call was it?')
    await page.getByRole('button', { name: 'Return' }).click()
    await said(page, /Returned/)
  })
})
