// What people come for, done as they do it: with a phone, with a keyboard, without JavaScript.

import { test, before, after } from 'node:test'
import assert from 'node:assert/strict'
import { startDemo, startBrowser, open, signIn, checkPage, picture, PEOPLE, PHONE, DESKTOP } from './support.mjs'

let demo
let browser

before(async () => {
  demo = await startDemo()
  browser = await startBrowser()
})

after(async () => {
  await browser?.close()
  await demo?.stop()
})

test('a wrong password keeps the address and moves the focus to what is wrong', async () => {
  const page = await open(browser, demo, { viewport: PHONE })
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(PEOPLE.member)
  await page.getByLabel('Password', { exact: true }).fill('not the password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').waitFor()
  assert.equal(await page.getByLabel('E-mail address').inputValue(), PEOPLE.member)
  assert.equal(await page.getByLabel('Password', { exact: true }).inputValue(), '')
  assert.match(await page.title(), /^Error: /)
  await checkPage(page, 'sign-in with an error')
  await page.context().close()
})

test('signing in, out, and back in works with the keyboard alone', async () => {
  const page = await open(browser, demo, { viewport: DESKTOP })
  await page.goto('/sign-in')
  await page.keyboard.press('Tab')
  assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), 'Skip to main content')
  await page.getByLabel('E-mail address').focus()
  await page.keyboard.type(PEOPLE.member)
  await page.keyboard.press('Tab')
  await page.keyboard.type('three calm grey herons')
  await page.keyboard.press('Enter')
  await page.waitForURL(/duties/)
  await page.getByRole('button', { name: 'Sign out' }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/sign-in/)
  await page.goto('/duties')
  assert.match(page.url(), /sign-in\?next=%2Fduties/)
  await page.context().close()
})

test('the demonstration says where it is and who may sign in', async () => {
  const said = demo.said()
  assert.match(said, new RegExp(`https://localhost:${demo.port}`))
  for (const email of Object.values(PEOPLE)) assert.ok(said.includes(email), email)
  assert.match(said, /Ctrl-C/)
})

test('the metrics answer on their own address and the health pages on ours', async () => {
  const metrics = await (await fetch(`http://127.0.0.1:${demo.metrics}/metrics`)).text()
  assert.match(metrics, /watchroom_requests_total/)
  const page = await open(browser, demo)
  const ready = await page.request.get('/health/ready')
  assert.equal(ready.status(), 200)
  assert.equal((await ready.json()).checks.database, 'ok')
  assert.equal((await page.request.get('/health/live')).status(), 200)
  await page.context().close()
})
