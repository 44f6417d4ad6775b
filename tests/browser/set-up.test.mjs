// The first start of an empty appliance: the link on the console, the organisation, its first administrator.

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { stage, startFresh, pass, said, signIn, wrong, PHONE, DESKTOP } from './support.mjs'

const world = stage(startFresh)
const PASSWORD = 'nine old brass bells'

test('the one-time link sets up an organisation, on a phone, and works once', async () => {
  const link = world.demo.said().match(/https:\/\/\S+\/set-up\/\S+/)[0]
  await world.visit({ viewport: PHONE }, async (page) => {
    await page.goto('/')
    await pass(page, 'an empty appliance')
    assert.equal((await page.goto('/set-up/wrong')).status(), 404)
    await page.goto(link)
    await pass(page, 'setting up on a phone')
    await page.getByLabel('Name of the organisation').fill('Eastmarsh Ambulance Service')
    await page.getByLabel('Your e-mail address').fill('chief')
    await page.getByLabel('Password', { exact: true }).fill('short')
    await page.getByRole('button', { name: 'Set up' }).click()
    await wrong(page, 'Fire and rescue', /Choose a service/)
    await wrong(page, 'Your e-mail address', /Enter an e-mail address/)
    await wrong(page, 'Password', /12 characters/)
    assert.equal(await page.getByLabel('Name of the organisation').inputValue(), 'Eastmarsh Ambulance Service')
    assert.equal(await page.getByLabel('Your e-mail address').inputValue(), 'chief')
    await pass(page, 'setting up with mistakes on a phone')
    await page.setViewportSize(DESKTOP)
    await pass(page, 'setting up with mistakes on a desktop')
    await page.getByLabel('Ambulance', { exact: true }).check()
    await page.getByLabel('Your given name').fill('Robin')
    await page.getByLabel('Your family name').fill('Chief')
    await page.getByLabel('Your e-mail address').fill('robin.chief@eastmarsh.example')
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByLabel('The same password again').fill(PASSWORD)
    await page.getByRole('button', { name: 'Set up' }).click()
    await said(page, /Watchroom is set up/)
    assert.equal((await page.goto(link)).status(), 404, 'it works once')
    await pass(page, 'a set-up link that was used')
  })
})

test('the first administrator finds an empty organisation that says what comes next', async () => {
  await world.visit({ viewport: PHONE }, async (page) => {
    await signIn(page, 'robin.chief@eastmarsh.example', PASSWORD)
    for (const path of ['/', '/people', '/units', '/kinds', '/plugins', '/imports', '/crews', '/organisation', '/roles', '/account']) {
      const response = await page.goto(path)
      assert.equal(response.status(), 200, path)
      await pass(page, `an empty organisation at ${path}`)
    }
    await page.goto('/kinds')
    assert.match(await page.getByRole('main').innerText(), /ambulance|patient|999|emergency/i, 'the kinds of an ambulance service')
  })
})
