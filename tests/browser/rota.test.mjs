// The rota: confirming an expected duty, leave, booking off call, the feed; a manager's week.

import assert from 'node:assert/strict'
import { stage, daysAgo, onEachScreen, pass, said, wrong, PEOPLE } from './support.mjs'

const world = stage()
const at = (name) => `${name}@northmoor.example`

/** Of Harbour, one for each screen. */
const WORKERS = [at('lucy.hartwell'), at('hannah.whitlock')]

onEachScreen('leave is recorded and withdrawn', async (viewport, number, screen) => {
  await world.visit({ viewport, as: at(['beth.sutcliffe', 'zara.hussain'][number]) }, async (page) => {
    await page.goto('/absences')
    await pass(page, `absences on a ${screen}`)
    await page.getByRole('button', { name: 'Record leave or sickness' }).click()
    await page.getByRole('button', { name: 'Record', exact: true }).click()
    await wrong(page, 'First day', /first day/i)
    await pass(page, `an absence with mistakes on a ${screen}`)
    await page.getByLabel('Annual leave').check()
    await page.getByLabel('First day').fill(daysAgo(-40))
    await page.getByLabel('Last day (optional)').fill(daysAgo(-44))
    await page.getByRole('button', { name: 'Record', exact: true }).click()
    await said(page, /Absence recorded/)
    await page.getByText('5 days').waitFor()
    await pass(page, `leave to come on a ${screen}`)
    await page.getByRole('link', { name: /^Change the absence/ }).first().click()
    await pass(page, `changing leave on a ${screen}`)
    await page.getByLabel('Last day (optional)').fill(await page.getByLabel('First day').inputValue())
    await page.getByRole('button', { name: 'Save' }).click()
    await said(page, /Absence changed/)
    await page.getByText(/^Changed /).first().waitFor()
    await pass(page, `leave that was changed on a ${screen}`)
    await page.getByRole('link', { name: /^Withdraw/ }).first().click()
    await pass(page, `withdrawing leave on a ${screen}`)
    await page.getByRole('button', { name: 'Withdraw absence' }).click()
    await said(page, /Absence withdrawn/)
  })
})

onEachScreen('calendars, availability, cover and the feed', async (viewport, number, screen) => {
  await world.visit({ viewport, as: WORKERS[number] }, async (page) => {
    await page.goto('/calendar')
    await pass(page, `a month on a ${screen}`)
    await page.getByRole('link', { name: 'Week', exact: true }).click()
    await pass(page, `a week on a ${screen}`)
    await page.getByRole('link', { name: 'All to confirm' }).click()
    await pass(page, `what is to be confirmed on a ${screen}`)
    await page.goto('/calendar/feed')
    await page.getByRole('button', { name: 'Make a feed' }).click()
    await pass(page, `a feed that was made on a ${screen}`)
    const address = await page.getByLabel('The address of your calendar').inputValue()
    const path = new URL(address).pathname
    const read = await page.request.get(path)
    assert.equal(read.status(), 200)
    assert.match(await read.text(), /^BEGIN:VCALENDAR\r\n/)
    await page.goto('/calendar/feed')
    await page.getByRole('button', { name: 'Revoke the feed' }).click()
    await said(page, /no longer works/)
    assert.equal((await page.request.get(path)).status(), 404)
  })
  await world.visit({ viewport, as: PEOPLE.member }, async (page) => {
    await page.goto('/availability')
    await page.getByText(/of cover/).first().waitFor()
    await pass(page, `availability on a ${screen}`)
    await page.getByRole('button', { name: 'Save' }).click()
    await wrong(page, 'Available', /Choose whether/)
    await page.goto('/cover')
    await pass(page, `cover on a ${screen}`)
  })
  await world.visit({ viewport, as: PEOPLE.manager }, async (page) => {
    await page.goto('/team/calendar')
    await page.getByText('Sickness').first().waitFor()
    await pass(page, `a team's week on a ${screen}`)
    await page.getByRole('link', { name: 'Cover gaps' }).click()
    await pass(page, `cover gaps on a ${screen}`)
    await page.goto('/rota')
    await pass(page, `the rota on a ${screen}`)
    await page.goto('/team/absences')
    await pass(page, `who is away on a ${screen}`)
  })
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/duty-patterns')
    await pass(page, `duty patterns on a ${screen}`)
    await page.getByRole('link', { name: '2-2-4' }).click()
    await pass(page, `2-2-4 on a ${screen}`)
    await page.goto('/cover-needs')
    await pass(page, `what units need on a ${screen}`)
  })
})
