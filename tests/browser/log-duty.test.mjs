// Logging a duty as people do it between two calls: on a phone, with a thumb, and with mistakes.

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { stage, checkWidth, daysAgo, onEachScreen, pass, said, signIn, unfold, wrong, PHONE, RESTED } from './support.mjs'

const world = stage()

/** A thumb that counts what it has to do. */
function thumb (page) {
  const did = { taps: 0, fields: 0 }
  return {
    did,
    tap: async (locator) => { did.taps += 1; await locator.click() },
    fill: async (label, text) => { did.fields += 1; await page.getByLabel(label, { exact: true }).fill(text) },
    choose: async (label, text) => { did.fields += 1; await page.getByLabel(label).selectOption({ label: text }) }
  }
}

onEachScreen('the same duty as last time takes three taps and no typing', async (viewport, number, screen) => {
  await world.visit({ viewport, as: RESTED[number] }, async (page) => {
    const { did, tap } = thumb(page)
    await pass(page, `home before a duty on a ${screen}`)
    await tap(page.getByRole('button', { name: 'Log a duty' }))
    await page.getByRole('button', { name: 'Same as last time' }).waitFor()
    await pass(page, `logging a duty on a ${screen}`)
    await tap(page.getByRole('button', { name: 'Same as last time' }))
    await page.waitForURL(/like=last/)
    assert.equal(await page.getByLabel('Start', { exact: true }).inputValue(), '14:00')
    assert.equal(await page.getByLabel('End', { exact: true }).inputValue(), '15:30')
    assert.match(await page.getByLabel('What was it?').locator('option:checked').innerText(), /home fire safety/i)
    await pass(page, `the same duty as last time on a ${screen}`)
    await tap(page.getByRole('button', { name: 'Log duty' }))
    await page.waitForURL(/\/duties$/)
    await said(page, /Duty logged/)
    assert.deepEqual(did, { taps: 3, fields: 0 })
    assert.ok(await page.locator('tbody').first().locator('tr').count() > 1)
    const first = page.locator('tbody').first().locator('tr').first()
    assert.match(await first.innerText(), /14:00 to 15:30[\s\S]*1 h 30 min/)
    await pass(page, `my duties with the new one on a ${screen}`)
  })
})

onEachScreen('a duty of another kind takes four fields', async (viewport, number, screen) => {
  await world.visit({ viewport, as: RESTED[2 + number] }, async (page) => {
    const { did, tap, fill, choose } = thumb(page)
    await tap(page.getByRole('button', { name: 'Log a duty' }))
    await fill('Date on which it started', daysAgo(100))
    await fill('Start', '09:00')
    await fill('End', '12:15')
    const kind = page.getByLabel('What was it?')
    const drill = await kind.locator('option', { hasText: /drill/i }).first().innerText()
    await choose('What was it?', drill)
    await tap(page.getByRole('button', { name: 'Log duty' }))
    await said(page, /Duty logged/)
    assert.deepEqual(did, { taps: 2, fields: 4 })
    await page.goto(`/duties?from=${daysAgo(100)}&to=${daysAgo(100)}`)
    assert.match(await page.locator('tbody').first().innerText(), /3 h 15 min/)
    await pass(page, `my duties of one day on a ${screen}`)
  })
})

/** Fills the form; what is left out stays as it is offered. */
async function fillIn (page, { date = daysAgo(90), start = '09:00', end = '17:00', nextDay = false, ...more }) {
  await page.getByLabel('Date on which it started').fill(date)
  await page.getByLabel('Start', { exact: true }).fill(start)
  await page.getByLabel('End', { exact: true }).fill(end)
  await page.getByLabel('It ended the next day').setChecked(nextDay)
  await page.getByLabel('What was it?').selectOption({ index: 2 })
  await page.getByLabel('Call sign').fill('W17P1')
  await page.getByLabel('Breaks').fill('30')
  await unfold(page, 'Incident number, mileage and notes')
  await page.getByLabel('Private note').fill('Slept badly <after> it')
  for (const [label, text] of Object.entries(more)) await page.getByLabel(label).fill(text)
  await page.getByRole('button', { name: 'Log duty' }).click()
}

/** Everything that was typed is still there. */
async function kept (page, { date = daysAgo(90), start = '09:00', end = '17:00', nextDay = false }) {
  assert.equal(await page.getByLabel('Date on which it started').inputValue(), date)
  assert.equal(await page.getByLabel('Start', { exact: true }).inputValue(), start)
  assert.equal(await page.getByLabel('End', { exact: true }).inputValue(), end)
  assert.equal(await page.getByLabel('It ended the next day').isChecked(), nextDay)
  assert.notEqual(await page.getByLabel('What was it?').inputValue(), '')
  assert.equal(await page.getByLabel('Call sign').inputValue(), 'W17P1')
  assert.equal(await page.getByLabel('Breaks').inputValue(), '30')
  assert.equal(await page.getByLabel('Private note').inputValue(), 'Slept badly <after> it')
}

const MISTAKES = [
  ['ends before it starts', 'End', /17:00.*before the start, 18:00.*tick/, { start: '18:00' }],
  ['lasts more than a day', 'End', /24 hours/, { start: '09:00', end: '10:00', nextDay: true }],
  ['is still to come', 'Date on which it started', /future/, { date: daysAgo(-2) }],
  ['has breaks as long as itself', 'Breaks', /shorter than the duty, 8 h/, { Breaks: '480' }],
  ['has a mileage in words', 'Mileage', /mile/i, { Mileage: 'a few' }]
]

onEachScreen('each mistake is said beside its field, and nothing typed is lost', async (viewport, number, screen) => {
  await world.visit({ viewport, as: RESTED[4 + number] }, async (page) => {
    for (const [what, label, message, typed] of MISTAKES) {
      await page.goto('/duties/new')
      await fillIn(page, typed)
      await page.getByRole('alert').waitFor()
      await wrong(page, label, message)
      if (!typed.Breaks) await kept(page, typed)
      await pass(page, `a duty that ${what} on a ${screen}`)
    }
    await page.goto('/duties/new')
    await page.getByRole('button', { name: 'Log duty' }).click()
    await wrong(page, 'Start', /Enter the time at which it started/)
    await wrong(page, 'End', /Enter the time at which it ended/)
    await wrong(page, 'What was it?', /Choose what kind of work it was/)
    await pass(page, `an empty duty on a ${screen}`)
  })
})

onEachScreen('a duty at the same time as another is asked about, and logged when both are right', async (viewport, number, screen) => {
  await world.visit({ viewport, as: RESTED[4 + number] }, async (page) => {
    const date = daysAgo(92)
    await page.goto('/duties/new')
    await fillIn(page, { date })
    await said(page, /Duty logged/)
    await page.goto('/duties/new')
    const second = { date, start: '12:00', end: '13:00' }
    await fillIn(page, second)
    await page.getByRole('alert').waitFor()
    await wrong(page, 'Both are right', /09:00.*17:00/)
    await kept(page, second)
    await pass(page, `a duty at the same time as another on a ${screen}`)
    await page.getByLabel('Both are right').check()
    await page.getByRole('button', { name: 'Log duty' }).click()
    await said(page, /Duty logged/)
    await page.goto(`/duties?from=${date}&to=${date}`)
    assert.equal(await page.locator('tbody').first().locator('tr').count(), 2)
  })
})

test('"Ended now" writes the time that it is in the United Kingdom, wherever the phone thinks it is', async () => {
  await world.visit({ viewport: PHONE, as: RESTED[0], timezoneId: 'Australia/Brisbane' }, async (page) => {
    await page.goto('/duties/new')
    await page.getByRole('button', { name: 'Ended now' }).click()
    const typed = await page.getByLabel('End', { exact: true }).inputValue()
    const clock = (at) => new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit' }).format(at)
    const now = Date.now()
    assert.ok([now, now - 60000].map(clock).includes(typed), typed)
  })
})

test('without JavaScript a duty is logged, a mistake is said, and nothing typed is lost', async () => {
  await world.visit({ viewport: PHONE, javaScriptEnabled: false }, async (page) => {
    await signIn(page, RESTED[2])
    await page.getByRole('button', { name: 'Log a duty' }).click()
    await page.getByRole('button', { name: 'Same as last time' }).click()
    await checkWidth(page, 'logging without JavaScript')
    assert.equal(await page.getByRole('button', { name: 'Ended now' }).count(), 0, 'what needs a script is not offered')
    await page.getByLabel('End', { exact: true }).fill('13:00')
    await page.getByRole('button', { name: 'Log duty' }).click()
    await wrong(page, 'End', /before the start, 14:00/)
    assert.equal(await page.getByLabel('End', { exact: true }).inputValue(), '13:00')
    await checkWidth(page, 'a mistake without JavaScript')
    await page.getByLabel('End', { exact: true }).fill('14:45')
    await page.getByRole('button', { name: 'Log duty' }).click()
    await said(page, /Duty logged/)
    assert.match(await page.locator('tbody').first().locator('tr').first().innerText(), /45 min/)
  })
})
