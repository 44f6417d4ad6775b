// The security log as the administrator uses it: find who was turned away, narrow it down, open an entry, take it away.

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { stage, checkWidth, daysAgo, download, onEachScreen, pass, said, signIn, unfold, wrong, PEOPLE, PHONE } from './support.mjs'

const world = stage()

onEachScreen('the security log is narrowed down by kind, person and day, and taken away as CSV', async (viewport, number, screen) => {
  await world.visit({ viewport }, async (page) => {
    await page.goto('/sign-in')
    await page.getByLabel('E-mail address').fill(PEOPLE.member)
    await page.getByLabel('Password', { exact: true }).fill('not the password')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.locator('.govuk-error-summary').waitFor()
  })
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/security')
    await pass(page, `the security overview on a ${screen}`)
    await page.getByRole('link', { name: 'Security log' }).click()
    await page.getByRole('heading', { name: 'Security log', level: 1 }).waitFor()
    await pass(page, `the security log on a ${screen}`)
    assert.equal(await page.locator('tbody').getByText(/duty/i).count(), 0, 'nothing of the daily work')

    await unfold(page, 'Filter')
    await page.getByLabel('Person', { exact: true }).fill('Nobody Atall')
    await page.getByRole('button', { name: 'Apply' }).click()
    await wrong(page, 'Person', /somebody in the security log/)
    await pass(page, `a person whom the security log does not know on a ${screen}`)
    await page.getByLabel('Person', { exact: true }).fill('')
    await page.getByLabel('Kind').selectOption({ label: 'Failures' })
    await page.getByLabel('From', { exact: true }).fill(daysAgo(1))
    await page.getByRole('button', { name: 'Apply' }).click()
    const rows = page.locator('tbody tr')
    assert.equal(await rows.count(), 1 + number, 'each refusal is one entry')
    for (const text of await rows.allInnerTexts()) assert.match(text, /Refused a sign-in/)
    await pass(page, `failures on a ${screen}`)

    const csv = await download(page, page.getByRole('button', { name: 'Export these as CSV' }))
    assert.equal(csv.name, 'security-log.csv')
    assert.equal(csv.text.trim().split(/\r?\n/).length, 1 + await rows.count())

    await rows.locator('th a').first().click()
    await page.getByRole('heading', { name: 'Proof' }).waitFor()
    await pass(page, `one entry of the security log on a ${screen}`)
    await page.goBack()
    await page.locator('.wr-chip', { hasText: 'Failures' }).click()
    assert.equal(await page.locator('.wr-chip').count(), 1, 'the day is still a filter')
    await page.goto(`/security/log?to=${daysAgo(4000)}`)
    await page.getByText('No entry matches these filters').waitFor()
    await pass(page, `a security log with nothing in it on a ${screen}`)
  })
})

test('a change of configuration shows what it was before, on a phone', async () => {
  await world.visit({ viewport: PHONE, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/units')
    await page.locator('tbody').getByRole('link', { name: 'Harbour', exact: true }).click()
    await page.getByLabel('Name').fill('Harbour and Quay')
    await page.getByRole('button', { name: 'Save' }).click()
    await said(page, /Unit saved/)
    await page.goto('/security/log?kind=configuration')
    const row = page.locator('tbody tr', { hasText: 'Changed a unit' }).first()
    assert.match(await row.innerText(), /Harbour → Harbour and Quay/)
    await pass(page, 'changes of configuration on a phone')
  })
})

test('without JavaScript the security log is narrowed down', async () => {
  await world.visit({ viewport: PHONE, javaScriptEnabled: false }, async (page) => {
    await signIn(page, PEOPLE.administrator)
    await page.goto('/security/log')
    await unfold(page, 'Filter')
    await page.getByLabel('Kind').selectOption('sign-ins')
    await page.getByRole('button', { name: 'Apply' }).click()
    assert.ok(await page.locator('tbody tr').count() >= 1)
    await checkWidth(page, 'the security log without JavaScript')
  })
})
