// Changing and deleting a duty: why is asked, what it said before is kept, and nothing goes by mistake.

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { stage, checkWidth, onEachScreen, pass, said, signIn, unfold, wrong, PEOPLE, PHONE } from './support.mjs'

const world = stage()
const MEMBERS = ['sam.okafor', 'priya.nair', 'maya.lindqvist'].map((name) => `${name}@northmoor.example`)

/** Opens the latest duty in the list. */
async function openLatest (page) {
  await page.goto('/duties')
  await page.locator('tbody').first().getByRole('link').first().click()
  await page.waitForURL(/\/duties\/[0-9a-f-]{36}$/)
}

onEachScreen('a change asks for its reason and shows what it was before', async (viewport, number, screen) => {
  await world.visit({ viewport, as: MEMBERS[number] }, async (page) => {
    await openLatest(page)
    await pass(page, `a duty on a ${screen}`)
    await page.getByRole('button', { name: 'Change' }).click()
    await unfold(page, 'Incident number, mileage and notes')
    await page.getByLabel('Call sign').fill('w12p2')
    await page.getByLabel('Mileage').fill('7.5')
    await page.getByLabel('Shared note').fill('Swapped with Blue Watch')
    await page.getByLabel('Private note').fill('Tired after this one')
    await page.getByRole('button', { name: 'Save change' }).click()
    await wrong(page, /Why/, /Say why/)
    assert.equal(await page.getByLabel('Mileage').inputValue(), '7.5')
    assert.equal(await page.getByLabel('Private note').inputValue(), 'Tired after this one')
    await pass(page, `a change without a reason on a ${screen}`)
    await page.getByLabel(/Why/).fill('Forgot the mileage')
    await page.getByRole('button', { name: 'Save change' }).click()
    await page.waitForURL(/\/duties\/[0-9a-f-]{36}$/)
    await said(page, /saved|changed/i)
    const main = await page.getByRole('main').innerText()
    assert.match(main, /Forgot the mileage/)
    assert.match(main, /W12P2/)
    assert.match(main, /7\.5 miles/)
    assert.match(main, /Swapped with Blue Watch/)
    assert.match(main, /Tired after this one/)
    await pass(page, `a duty with its history on a ${screen}`)
  })
})

onEachScreen('deleting asks first, wants a reason, and leaves the list', async (viewport, number, screen) => {
  await world.visit({ viewport, as: MEMBERS[number] }, async (page) => {
    await openLatest(page)
    const address = page.url()
    await page.getByRole('link', { name: 'Delete this duty' }).click()
    await pass(page, `asked before deleting on a ${screen}`)
    await page.getByRole('link', { name: 'Keep it' }).click()
    assert.equal(page.url(), address)
    await page.getByRole('link', { name: 'Delete this duty' }).click()
    await page.getByRole('button', { name: 'Delete duty' }).click()
    await wrong(page, /Why/, /Say why/)
    await pass(page, `deleting without a reason on a ${screen}`)
    await page.getByLabel(/Why/).fill('Logged twice')
    await page.getByRole('button', { name: 'Delete duty' }).click()
    await page.waitForURL(/\/duties$/)
    await said(page, /deleted/i)
    assert.equal(await page.locator(`a[href="${new URL(address).pathname}"]`).count(), 0)
    assert.equal((await page.goto(address)).status(), 404)
    await pass(page, `a duty that is gone on a ${screen}`)
  })
})

test('without JavaScript a duty is changed and deleted', async () => {
  await world.visit({ viewport: PHONE, javaScriptEnabled: false }, async (page) => {
    await signIn(page, MEMBERS[2])
    await openLatest(page)
    await page.getByRole('button', { name: 'Change' }).click()
    await page.getByLabel('Call sign').fill('E28P1')
    await page.getByLabel(/Why/).fill('Wrong appliance')
    await checkWidth(page, 'changing without JavaScript')
    await page.getByRole('button', { name: 'Save change' }).click()
    assert.match(await page.getByRole('main').innerText(), /Wrong appliance/)
    await page.getByRole('link', { name: 'Delete this duty' }).click()
    await page.getByLabel(/Why/).fill('Never happened')
    await page.getByRole('button', { name: 'Delete duty' }).click()
    await said(page, /deleted/i)
  })
})

test('two who change the same duty do not overwrite each other', async () => {
  await world.visit({ viewport: PHONE, as: PEOPLE.member }, async (phone) => {
    await openLatest(phone)
    await phone.getByRole('button', { name: 'Change' }).click()
    await phone.getByLabel('Call sign').fill('E28P9')
    await phone.getByLabel(/Why/).fill('From the phone')
    await world.visit({ as: PEOPLE.member }, async (desktop) => {
      await openLatest(desktop)
      await desktop.getByRole('button', { name: 'Change' }).click()
      await desktop.getByLabel('Call sign').fill('E28P2')
      await desktop.getByLabel(/Why/).fill('From the desk')
      await desktop.getByRole('button', { name: 'Save change' }).click()
      await said(desktop, /saved|changed/i)
    })
    await phone.getByRole('button', { name: 'Save change' }).click()
    await phone.getByRole('heading', { name: 'It was changed while you had it open' }).waitFor()
    assert.match(await phone.getByRole('main').innerText(), /E28P2/)
    assert.equal(await phone.getByLabel('Call sign').inputValue(), 'E28P9')
    await pass(phone, 'changed meanwhile')
  })
})

test('a manager reads the duty of somebody of theirs, never the private note, and cannot change it', async () => {
  await world.visit({ as: PEOPLE.member }, async (page) => {
    await openLatest(page)
    await page.getByRole('button', { name: 'Change' }).click()
    await unfold(page, 'Incident number, mileage and notes')
    await page.getByLabel('Shared note').fill('For the watch')
    await page.getByLabel('Private note').fill('For nobody')
    await page.getByLabel(/Why/).fill('Notes')
    await page.getByRole('button', { name: 'Save change' }).click()
    const address = page.url()
    await world.visit({ viewport: PHONE, as: PEOPLE.manager }, async (manager) => {
      await manager.goto('/team')
      await manager.getByRole('link', { name: /Marsh/ }).first().click()
      await pass(manager, 'duties of one of the team on a phone')
      await manager.goto(address)
      const main = await manager.getByRole('main').innerText()
      assert.match(main, /For the watch/)
      assert.doesNotMatch(main, /For nobody|Private note/)
      await pass(manager, 'a duty of one of the team on a phone')
    })
  })
})
