// Invitation, forgotten password and the page "E-mail": from the button through a real mail server's mailbox.

import { after } from 'node:test'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { stage, startDemo, onEachScreen, pass, said, signIn, PEOPLE, ROOT } from './support.mjs'

const CHOSEN = 'seven green lanterns'

let mailbox
let server

async function until (ask, what) {
  for (let tries = 0; tries < 300; tries++) {
    const found = await ask().catch(() => undefined)
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`within half a minute: ${what}`)
}

/** The newest message to an address about something, once there are `count`; the demonstration sends some of its own, about hours too. */
async function mailTo (address, count = 1, about = /^(?!.*(hours|correction or claim))/) {
  return await until(async () => {
    const names = (await readdir(mailbox)).filter((name) => name.endsWith('.json')).sort()
    const mails = await Promise.all(names.map(async (name) => JSON.parse(await readFile(path.join(mailbox, name), 'utf8'))))
    const theirs = mails.filter((mail) => mail.recipients.includes(address) && about.test(mail.headers.subject))
    return theirs.length >= count ? theirs.at(-1) : undefined
  }, `${count} messages to ${address}`)
}

/** The link of a message, as a path of the appliance. */
const linkOf = (mail) => new URL(/https:\/\/\S+/.exec(mail.text)[0]).pathname

async function startBoth () {
  mailbox = await mkdtemp(path.join(tmpdir(), 'watchroom-mailbox-'))
  server = spawn(path.join(ROOT, 'target/smtp/bin/python3'), [path.join(ROOT, 'tests/mail/server.py'), mailbox],
    { stdio: ['pipe', 'ignore', 'inherit'] })
  const port = await until(async () => (await readFile(path.join(mailbox, 'port'), 'utf8')).trim(), 'the mail server listens')
  return await startDemo({
    WATCHROOM_MAIL__SERVER: 'localhost',
    WATCHROOM_MAIL__PORT: port,
    WATCHROOM_MAIL__TLS: 'none',
    WATCHROOM_MAIL__FROM: 'Watchroom <watchroom@northmoor.example>'
  })
}

const world = stage(startBoth)

after(async () => {
  server?.kill()
  if (mailbox) await rm(mailbox, { recursive: true, force: true })
})

onEachScreen('an invitation leads to the first sign-in', async (viewport, number, screen) => {
  const [given, address] = [['Robin', 'Ashley'][number], `new.${screen}@northmoor.example`]
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/people/new')
    await page.getByLabel('Given name').fill(given)
    await page.getByLabel('Family name').fill('Quickwater')
    await page.getByLabel('Home unit').selectOption({ index: 3 })
    await page.getByLabel('E-mail address').fill(address)
    const account = page.getByRole('checkbox')
    if (await account.count() > 0 && await account.first().isChecked()) await account.first().uncheck()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Invite' }).click()
    await said(page, new RegExp(`An invitation is on its way to ${address}`))
    await mailTo(address)
    await page.goto('/invitations')
    await page.getByRole('link', { name: new RegExp(given) }).waitFor()
    await pass(page, `invitations on a ${screen}`)
  })
  const mail = await mailTo(address)
  assert.doesNotMatch(`${mail.text}${mail.html}`, /Robin|Ashley|Quickwater/)
  await world.visit({ viewport }, async (page) => {
    await page.goto(linkOf(mail))
    await pass(page, `choosing the first password on a ${screen}`)
    await page.getByLabel('New password', { exact: true }).fill(CHOSEN)
    await page.getByLabel('The same password again', { exact: true }).fill(CHOSEN)
    await page.getByRole('button', { name: 'Set this password' }).click()
    await page.waitForURL(/sign-in/)
    await signIn(page, address, CHOSEN)
    await page.waitForURL(/welcome/)
    await page.getByText('Quickwater').first().waitFor()
    await pass(page, `welcome on a ${screen}`)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL((url) => !url.pathname.startsWith('/welcome'))
    await page.goto(linkOf(mail))
    await page.getByRole('heading', { name: 'This link no longer works' }).waitFor()
  })
})

onEachScreen('a forgotten password is chosen anew', async (viewport, number, screen) => {
  const address = [PEOPLE.member, PEOPLE.manager][number]
  await world.visit({ viewport }, async (page) => {
    await page.goto('/sign-in')
    await page.getByRole('link', { name: 'Forgotten your password?' }).click()
    await pass(page, `forgotten password on a ${screen}`)
    await page.getByLabel('E-mail address').fill(address)
    await page.getByRole('button', { name: 'Send me a link' }).click()
    await page.getByRole('heading', { name: 'Look into your mailbox' }).waitFor()
    await pass(page, `what happens now on a ${screen}`)
    await page.goto(linkOf(await mailTo(address, 1, /password/)))
    await page.getByLabel('New password', { exact: true }).fill(CHOSEN)
    await page.getByLabel('The same password again', { exact: true }).fill(CHOSEN)
    await page.getByRole('button', { name: 'Set this password' }).click()
    await page.waitForURL(/sign-in/)
    await signIn(page, address, CHOSEN)
    await page.goto('/account/notices')
    await pass(page, `notices by e-mail on a ${screen}`)
  })
  // And the owner is told.
  assert.match((await mailTo(address, 2, /password/)).headers.subject, /password was changed/)
})

onEachScreen('an administrator sees how e-mail goes', async (viewport, number, screen) => {
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/mail')
    await page.getByRole('button', { name: 'Send me a test message' }).click()
    await said(page, /The mail server took the test message for/)
    assert.equal(linkOf(await mailTo(PEOPLE.administrator, number + 1)), '/mail')
    await pass(page, `e-mail on a ${screen}`)
    await page.goto('/people')
    await page.getByRole('link', { name: 'Invitations' }).click()
    await page.getByRole('heading', { level: 1, name: 'Invitations' }).waitFor()
  })
})
