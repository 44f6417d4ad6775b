// The tree of units and the kinds of work: add, rename, move, close and reopen; retire and offer again.

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { stage, checkWidth, onEachScreen, pass, said, signIn, wrong, PEOPLE, PHONE } from './support.mjs'

const world = stage()

onEachScreen('a watch is added below a station, renamed, moved, closed and reopened', async (viewport, number, screen) => {
  const [name, code] = [['Amber Watch', 'A1'], ['Violet Watch', 'V1']][number]
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/units')
    await pass(page, `units on a ${screen}`)
    await page.getByRole('link', { name: 'Add below Harbour', exact: true }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    await wrong(page, 'Name', /Enter a name/)
    await page.getByLabel('Name').fill(name)
    await page.getByLabel('Code').fill('E31')
    await page.getByLabel('Watch').check()
    await page.getByRole('button', { name: 'Save' }).click()
    await wrong(page, 'Code', /./)
    assert.equal(await page.getByLabel('Name').inputValue(), name)
    await pass(page, `a unit whose code is taken on a ${screen}`)
    await page.getByLabel('Code').fill(code)
    await page.getByRole('button', { name: 'Save' }).click()
    await said(page, new RegExp(`${name} was added`))

    await page.locator('tbody').getByRole('link', { name, exact: true }).click()
    await page.getByLabel('Name').fill(`${name} (day crewed)`)
    await page.getByRole('button', { name: 'Save' }).click()
    await said(page, /Unit saved/)

    await page.locator('tbody').getByRole('link', { name: `${name} (day crewed)`, exact: true }).click()
    await pass(page, `one unit on a ${screen}`)
    await page.getByRole('link', { name: 'Move it under another unit' }).click()
    await pass(page, `moving a unit on a ${screen}`)
    const where = page.getByLabel('Under which unit shall it stand?')
    const fernley = await where.locator('option', { hasText: /Fernley$/ }).first().getAttribute('value')
    await where.selectOption(fernley)
    await page.getByRole('button', { name: 'Move' }).click()
    await said(page, /moved/)
    const row = page.locator('tbody tr', { hasText: `${name} (day crewed)` })
    assert.match(await row.innerText(), /Fernley/)

    await page.locator('tbody').getByRole('link', { name: `${name} (day crewed)`, exact: true }).click()
    await page.getByRole('link', { name: 'Close it' }).click()
    await pass(page, `asked before closing a unit on a ${screen}`)
    await page.getByRole('button', { name: 'Close this unit' }).click()
    await said(page, /closed/)
    assert.equal(await page.getByRole('link', { name: `${name} (day crewed)`, exact: true }).count(), 0)
    await page.getByRole('link', { name: /Show closed units/ }).click()
    await pass(page, `units with closed ones on a ${screen}`)
    await page.getByRole('link', { name: `${name} (day crewed)`, exact: true }).click()
    await pass(page, `a closed unit on a ${screen}`)
    await page.getByRole('button', { name: 'Reopen this unit' }).click()
    await said(page, /open again/)
  })
})

onEachScreen('a station with people in it cannot close, and the page says why', async (viewport, number, screen) => {
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/units')
    await page.locator('tbody').getByRole('link', { name: 'Harbour', exact: true }).click()
    await page.getByRole('link', { name: 'Close it' }).click()
    await page.getByRole('button', { name: 'Close this unit' }).click()
    assert.match(await page.locator('.govuk-warning-text').innerText(), /people|units/i)
    await pass(page, `a unit that cannot close on a ${screen}`)
  })
})

onEachScreen('a kind of work is added, renamed, moved up, retired and offered again', async (viewport, number, screen) => {
  const name = ['Boat drill', 'Drone flight'][number]
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/kinds')
    await pass(page, `kinds of work on a ${screen}`)
    await page.locator('tbody').getByRole('link', { name: /^Training/ }).first().click()
    await pass(page, `categories of a type on a ${screen}`)
    await page.getByRole('button', { name: 'Add' }).click()
    await wrong(page, 'Name', /./)
    await page.getByLabel('Name').fill(name)
    await page.getByRole('button', { name: 'Add' }).click()
    await page.locator('tbody').getByRole('link', { name, exact: true }).waitFor()
    await page.getByRole('button', { name: new RegExp(`^Up ?: ${name}$`) }).click()
    await page.locator('tbody').getByRole('link', { name, exact: true }).click()
    await page.getByRole('link', { name: 'Rename' }).click()
    await page.getByLabel('Name').fill(`${name} at sea`)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Retire' }).click()
    await page.getByRole('button', { name: 'Offer it again' }).waitFor()
    await pass(page, `a retired kind on a ${screen}`)
    await page.getByRole('button', { name: 'Offer it again' }).click()
    await page.getByRole('link', { name: 'Delete' }).click()
    await pass(page, `asked before deleting a kind on a ${screen}`)
    await page.getByRole('button', { name: 'Delete' }).click()
    assert.equal(await page.getByRole('link', { name: `${name} at sea`, exact: true }).count(), 0)
  })
})

test('a kind in use cannot be deleted, and retiring is offered instead', async () => {
  await world.visit({ viewport: PHONE, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/kinds')
    await page.locator('tbody').getByRole('link', { name: /^Shift/ }).first().click()
    await page.getByRole('link', { name: 'Delete' }).click()
    const confirm = page.getByRole('button', { name: 'Delete', exact: true })
    if (await confirm.count() > 0) await confirm.click()
    await page.getByRole('button', { name: 'Retire it instead' }).waitFor()
    await pass(page, 'a kind in use')
  })
})

onEachScreen('the name and colour of the organisation are kept, and a colour that is none is refused', async (viewport, number, screen) => {
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/organisation')
    await page.getByLabel(/colour/i).fill('heron')
    await page.getByRole('button', { name: 'Save' }).click()
    await wrong(page, /colour/i, /./)
    await pass(page, `a colour that is none on a ${screen}`)
    await page.getByLabel(/colour/i).fill('#3a1d5c')
    await page.getByRole('button', { name: 'Save' }).click()
    const header = page.locator('.wr-header')
    assert.equal(await header.evaluate((node) => getComputedStyle(node).backgroundColor), 'rgb(58, 29, 92)')
    await pass(page, `the organisation in its own colour on a ${screen}`)
    await page.getByLabel(/colour/i).fill('')
    await page.getByRole('button', { name: 'Save' }).click()
  })
})

test('without JavaScript a unit is added and closed', async () => {
  await world.visit({ viewport: PHONE, javaScriptEnabled: false }, async (page) => {
    await signIn(page, PEOPLE.administrator)
    await page.goto('/units')
    await checkWidth(page, 'units without JavaScript')
    await page.getByRole('link', { name: 'Add below Millbrook', exact: true }).click()
    await page.getByLabel('Name').fill('Green Watch')
    await page.getByLabel('Watch').check()
    await page.getByRole('button', { name: 'Save' }).click()
    await said(page, /Green Watch was added/)
    await page.locator('tbody').getByRole('link', { name: 'Green Watch', exact: true }).click()
    await page.getByRole('link', { name: 'Close it' }).click()
    await page.getByRole('button', { name: 'Close this unit' }).click()
    await said(page, /closed/)
  })
})
