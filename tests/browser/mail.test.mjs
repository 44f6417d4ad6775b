// Invitation and forgotten password, from the button through a real mail server's mailbox to the start page.

import { test, before, after } from 'node:test'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startDemo, startBrowser, open, signIn, checkPage, picture, PEOPLE, PHONE, DESKTOP } from './support.mjs'

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname)
const root = path.resolve(here, '../..')
const CHOSEN = 'seven green lanterns'

let mailbox
let server
let demo
let browser

async function until (ask, what) {
  for (let tries = 0; tries < 300; tries++) {
    const found = await ask().catch(() => undefined)
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`within half a minute: ${what}`)
}

/** The newest message to an address, once there are `count`. */
async function mailTo (address, count = 1) {
  return await until(async () => {
    const names = (await readdir(mailbox)).filter((name) => name.endsWith('.json')).sort()
    const mails = await Promise.all(names.map(async (name) => JSON.parse(await readFile(path.join(mailbox, name), 'utf8'))))
    const theirs = mails.filter((mail) => mail.recipients.includes(address))
    return theirs.length >= count ? theirs.at(-1) : undefined
  }, `${count} messages to ${address}`)
}

/** The link of a message, as a path of the appliance. */
function linkOf (mail) {
  const link = /https:\/\/\S+/.exec(mail.text)[0]
  return new URL(link).pathname
}

before(async () => {
  mailbox = await mkdtemp(path.join(tmpdir(), 'watchroom-mailbox-'))
  server = spawn(path.join(root, 'target/smtp/bin/python3'), [path.join(root, 'tests/mail/server.py'), mailbox],
    { stdio: ['pipe', 'ignore', 'inherit'] })
  const port = await until(async () => (await readFile(path.join(mailbox, 'port'), 'utf8')).trim(), 'the mail server listens')
  demo = await startDemo({
    WATCHROOM_MAIL__SERVER: 'localhost',
    WATCHROOM_MAIL__PORT: port,
    WATCHROOM_MAIL__TLS: 'none',
    WATCHROOM_MAIL__FROM: 'Watchroom <watchroom@northmoor.example>'
  })
  browser = await startBrowser()
})

after(async () => {
  await browser?.close()
  await demo?.stop()
  server?.stdin.end()
  server?.kill()
  if (mailbox) await rm(mailbox, { recursive: true, force: true })
})

for (const [screen, viewport] of [['phone', PHONE], ['desktop', DESKTOP]]) {
  test(`an invitation, from the button to the first sign-in, on a ${screen}`, async () => {
    const address = `new.${screen}@northmoor.example`
    const page = await open(browser, demo, { viewport })
    await signIn(page, PEOPLE.administrator)
    await page.goto('/people/new')
    await page.getByLabel('Given name').fill('Robin')
    await page.getByLabel('Family name').fill(screen === 'phone' ? 'Small' : 'Wide')
    await page.getByLabel('Home unit').selectOption({ index: 1 })
    await page.getByLabel('E-mail address (optional)').fill(address)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Invite' }).click()
    await page.getByText(`An invitation is on its way to ${address}`).waitFor()
    await page.goto('/invitations')
    await page.getByRole('link', { name: /Robin/ }).first().waitFor()
    await checkPage(page, `invitations on a ${screen}`)
    await picture(page, `invitations-${screen}`)

    const mail = await mailTo(address)
    assert.doesNotMatch(mail.text, /Robin|Small|Wide/)
    const invited = await open(browser, demo, { viewport })
    await invited.goto(linkOf(mail))
    await checkPage(invited, `choosing a password on a ${screen}`)
    await invited.getByLabel('New password', { exact: true }).fill(CHOSEN)
    await invited.getByLabel('The same password again', { exact: true }).fill(CHOSEN)
    await invited.getByRole('button', { name: 'Set this password' }).click()
    await invited.waitForURL(/sign-in/)
    await signIn(invited, address, CHOSEN)
    await invited.waitForURL(/welcome/)
    await checkPage(invited, `welcome on a ${screen}`)
    await picture(invited, `welcome-${screen}`)
    await invited.getByRole('button', { name: 'Continue' }).click()
    await invited.waitForURL((url) => !url.pathname.startsWith('/welcome'))
    await invited.goto(linkOf(mail))
    await invited.getByRole('heading', { name: 'This link no longer works' }).waitFor()
    await invited.context().close()
    await page.context().close()
  })

  test(`a forgotten password on a ${screen}`, async () => {
    const address = screen === 'phone' ? PEOPLE.member : PEOPLE.manager
    const page = await open(browser, demo, { viewport })
    await page.goto('/sign-in')
    await page.getByRole('link', { name: 'Forgotten your password?' }).click()
    await checkPage(page, `forgotten password on a ${screen}`)
    await picture(page, `forgotten-${screen}`)
    await page.getByLabel('E-mail address').fill(address)
    await page.getByRole('button', { name: 'Send me a link' }).click()
    await page.getByRole('heading', { name: 'Look into your mailbox' }).waitFor()
    await checkPage(page, `what happens now on a ${screen}`)
    await page.goto(linkOf(await mailTo(address)))
    await page.getByLabel('New password', { exact: true }).fill(CHOSEN)
    await page.getByLabel('The same password again', { exact: true }).fill(CHOSEN)
    await page.getByRole('button', { name: 'Set this password' }).click()
    await page.waitForURL(/sign-in/)
    await signIn(page, address, CHOSEN)
    // And the owner is told.
    assert.match((await mailTo(address, 2)).headers.subject, /password was changed/)
    await page.context().close()
  })

  test(`the page "E-mail" on a ${screen}`, async () => {
    const page = await open(browser, demo, { viewport })
    await signIn(page, PEOPLE.administrator)
    await page.goto('/mail')
    await page.getByRole('button', { name: 'Send me a test message' }).click()
    await page.getByText('The server took the message').waitFor()
    assert.equal(linkOf(await mailTo(PEOPLE.administrator)), '/mail')
    await checkPage(page, `e-mail on a ${screen}`)
    await picture(page, `mail-${screen}`)
    await page.context().close()
  })
}
