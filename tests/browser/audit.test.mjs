// The audit trail as the auditor uses it: find, narrow down, open one entry, take the figures away as CSV.

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { stage, checkWidth, daysAgo, download, onEachScreen, pass, signIn, unfold, wrong, PEOPLE, PHONE } from './support.mjs'

const world = stage()

onEachScreen('the trail is narrowed down by person, deed and day, and taken away as CSV', async (viewport, number, screen) => {
  await world.visit({ viewport, as: PEOPLE.manager }, async (manager) => {
    await manager.goto('/team')
    await manager.getByRole('link', { name: /Marsh/ }).first().click()
  })
  await world.visit({ viewport, as: PEOPLE.auditor }, async (page) => {
    await page.goto('/audit')
    await pass(page, `the audit trail on a ${screen}`)
    await unfold(page, 'Filter')
    await page.getByLabel('Person', { exact: true }).fill('Nobody Atall')
    await page.getByRole('button', { name: 'Apply' }).click()
    await wrong(page, 'Person', /./)
    assert.equal(await page.getByLabel('Person', { exact: true }).inputValue(), 'Nobody Atall')
    assert.equal(await page.getByText('No entry matches').count(), 0, 'nothing was searched for yet')
    await pass(page, `a person whom the trail does not know on a ${screen}`)
    await page.getByLabel('Person', { exact: true }).fill('Morag Innes')
    await page.getByLabel('From', { exact: true }).fill(daysAgo(1))
    await page.getByLabel('What was done').selectOption('duty.list')
    await page.getByRole('button', { name: 'Apply' }).click()
    const rows = page.locator('tbody tr')
    assert.equal(await rows.count(), 1 + number, 'each reading of somebody else is one entry')
    for (const text of await rows.allInnerTexts()) assert.match(text, /Morag Innes/)
    await pass(page, `what the manager did on a ${screen}`)

    const csv = await download(page, page.getByRole('button', { name: 'Export these as CSV' }))
    const lines = csv.text.trim().split(/\r?\n/)
    assert.equal(lines.length, 1 + await rows.count())

    await rows.getByRole('link').first().click()
    await page.getByRole('heading', { name: 'Proof' }).waitFor()
    await pass(page, `one entry of the trail on a ${screen}`)
    await page.goBack()
    await page.locator('.wr-chip', { hasText: 'Morag Innes' }).click()
    assert.equal(await page.locator('.wr-chip').count(), 2, 'day and deed are still filters')
    await page.goto(`/audit?to=${daysAgo(4000)}`)
    await page.getByText('No entry matches these filters').waitFor()
    await pass(page, `a trail with nothing in it on a ${screen}`)
  })
})

test('the trail is paged by links, and the same entry is never on two pages', async () => {
  await world.visit({ as: PEOPLE.auditor }, async (page) => {
    await page.goto('/audit')
    const first = await page.locator('tbody th a').evaluateAll((all) => all.map((a) => a.getAttribute('href')))
    await page.getByRole('link', { name: 'Older entries' }).click()
    const second = await page.locator('tbody th a').evaluateAll((all) => all.map((a) => a.getAttribute('href')))
    assert.ok(second.length > 0 && !second.some((href) => first.includes(href)))
    await page.getByRole('link', { name: 'Newest entries' }).click()
    await page.waitForURL(/\/audit$/)
  })
})

test('without JavaScript the trail is narrowed down', async () => {
  await world.visit({ viewport: PHONE, javaScriptEnabled: false }, async (page) => {
    await signIn(page, PEOPLE.auditor)
    await page.goto('/audit')
    await unfold(page, 'Filter')
    await page.getByLabel('Person', { exact: true }).fill('Victor Amsel')
    await page.getByRole('button', { name: 'Apply' }).click()
    assert.ok(await page.locator('tbody tr').count() >= 1)
    await checkWidth(page, 'the trail without JavaScript')
  })
})
