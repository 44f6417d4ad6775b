// The rules on networks: add, check an address, be kept from shutting oneself out, switch off and on, remove; and what
// somebody sees who is not let in.

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { stage, download, onEachScreen, pass, said, signIn, unfold, wrong, PEOPLE, PHONE } from './support.mjs'

const world = stage()

onEachScreen('an administrator adds a rule, tries an address, switches the rule off and on, and removes it', async (viewport, number, screen) => {
  const network = ['203.0.113.0/24', '198.51.100.0/24'][number]
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/organisation')
    await page.getByRole('link', { name: 'Networks', exact: true }).click()
    await pass(page, `networks without a rule on a ${screen}`)
    await unfold(page, 'How the rules work together')

    await page.getByRole('button', { name: 'Add the rule' }).click()
    await wrong(page, 'Network', /Enter a network/)
    await pass(page, `a network that was left out on a ${screen}`)

    await page.getByLabel('Keep it out').check()
    await page.getByLabel('Network', { exact: true }).fill('127.0.0.0/8')
    await page.getByRole('button', { name: 'Add the rule' }).click()
    await wrong(page, 'Network', /This would shut you out: you are at (127|::1)/)
    assert.equal(await page.getByLabel('Network', { exact: true }).inputValue(), '127.0.0.0/8')
    await pass(page, `a rule that would shut one out on a ${screen}`)

    await page.getByLabel('Network', { exact: true }).fill(network)
    await page.getByLabel('Note (optional)').fill('A source of attacks')
    await page.getByRole('button', { name: 'Add the rule' }).click()
    await said(page, /is added, and counts now/)
    assert.match(await page.locator('main').innerText(), new RegExp(`from every network but .*${network}`))

    await page.getByLabel('Address', { exact: true }).fill(network.replace('0/24', '9'))
    await page.getByRole('button', { name: 'Check' }).click()
    const findings = page.locator('table', { hasText: 'What the lists say' })
    assert.match(await findings.innerText(), /Everyone\s+(Let in\?\s+)?No/i)
    await pass(page, `an address that was tried on a ${screen}`)

    const row = page.locator('tbody tr', { hasText: network })
    await row.getByRole('button', { name: /^Switch off/ }).click()
    await said(page, /is off: it is kept/)
    await pass(page, `a rule that is off on a ${screen}`)
    await row.getByRole('button', { name: /^Switch on/ }).click()
    await said(page, /is on again/)

    const file = await download(page, page.getByRole('button', { name: 'Download CSV' }))
    assert.equal(file.name, 'network-rules.csv')
    assert.match(file.text, new RegExp(`Everyone,deny,${network},on,A source of attacks,`))

    await row.getByRole('link', { name: /^Remove/ }).click()
    await pass(page, `asked before removing a rule on a ${screen}`)
    await page.getByRole('button', { name: 'Remove' }).click()
    await said(page, /The rule is removed/)
    assert.equal(await page.locator('tbody tr', { hasText: network }).count(), 0)
  })
})

test('somebody whose role may be used from elsewhere only reads what to do, and can sign out', async () => {
  await world.visit({ as: PEOPLE.administrator }, async (page) => {
    await page.goto('/network')
    await page.getByLabel('Whom is it for?').selectOption({ label: 'Role: Auditor' })
    await page.getByLabel('Let it in').check()
    await page.getByLabel('Network', { exact: true }).fill('10.0.0.0/8')
    await page.getByRole('button', { name: 'Add the rule' }).click()
    await said(page, /is added/)
  })
  await world.visit({ viewport: PHONE }, async (page) => {
    await page.goto('/sign-in')
    await signIn(page, PEOPLE.auditor)
    assert.match(await page.locator('main').innerText(), /One of your roles may only be used from certain networks/)
    await pass(page, 'not let in from here on a phone')
    await page.goto('/help')
    await page.locator('form[action="/sign-out"] button').first().click()
    await page.waitForURL(/sign-in|\/$/)
  })
  await world.visit({ as: PEOPLE.administrator }, async (page) => {
    await page.goto('/network')
    await page.getByRole('button', { name: /^Switch off/ }).first().click()
    await said(page, /is off/)
  })
  await world.visit({ as: PEOPLE.auditor }, async (page) => {
    await page.goto('/audit')
    assert.equal(await page.locator('h1').innerText(), 'Audit trail')
  })
})
