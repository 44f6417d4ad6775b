// People from a directory: the token is made in the console, and an independent client holds the interface against
// SCIM 2.0 (scim2-tester, installed by packaging/dev-setup --test).

import { test, before, after } from 'node:test'
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import path from 'node:path'
import { startDemo, startBrowser, openPage, signIn, checkPage, picture, PEOPLE, PHONE, DESKTOP } from './support.mjs'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '../..')

let demo
let browser

before(async () => {
  demo = await startDemo()
  browser = await startBrowser()
})

after(async () => {
  await browser?.close()
  assert.equal(await demo?.stop() ?? 0, 0, 'the server ends cleanly')
})

test('an administrator makes a token, sees it once, and a conforming client works with it until it is revoked', async () => {
  const page = await openPage({ browser, demo }, { viewport: PHONE })
  await signIn(page, PEOPLE.administrator)
  await page.goto('/signing-in')
  await page.getByRole('link', { name: 'Directory', exact: true }).click()
  await checkPage(page, 'directory, empty')
  await page.getByRole('button', { name: 'Make the token' }).click()
  await page.getByRole('alert').waitFor()
  await checkPage(page, 'directory, with errors')
  await page.getByLabel('What is it for?').fill('Conformance')
  await page.getByLabel(/To which unit do people belong/).selectOption({ index: 1 })
  await page.getByLabel('Which role do people get whose record it makes?').selectOption({ label: 'Member' })
  await page.getByRole('button', { name: 'Make the token' }).click()
  const token = (await page.locator('code').textContent()).trim()
  assert.match(token, /^wrscim_[0-9a-f]{32}_[\w-]{43}$/)
  await checkPage(page, 'directory, with a token')
  await picture(page, 'scim-token')
  await page.goto('/signing-in/directory')
  assert.doesNotMatch(await page.content(), new RegExp(token))

  const python = path.join(root, 'target/scim/bin/python')
  const checked = await run(python, [path.join(root, 'tests/rules/scim_conformance.py'), `${demo.url}/scim/v2`, token])
    .catch((error) => error)
  assert.equal(checked.code ?? 0, 0, `${checked.stdout}${checked.stderr}`)
  console.log(checked.stdout.trim())

  await page.reload()
  await page.setViewportSize(DESKTOP)
  await picture(page, 'scim-tokens')
  await page.getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('Revoked. It opens nothing any more.').waitFor()
  const refused = await page.request.get('/scim/v2/Users', { headers: { authorization: `Bearer ${token}` } })
  assert.equal(refused.status(), 401)
  await page.context().close()
})
