// The world of a browser test: the real program, a headless Chromium, axe, and the people of the demonstration.

import { before, after, test } from 'node:test'
import { mkdtemp, readFile, rm, mkdir, chmod } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import assert from 'node:assert/strict'
import { chromium } from 'playwright-core'
import { ROOT, freePort, startProgram } from './program.mjs'
import { copyDemonstration } from './demonstration.mjs'

export { ROOT, freePort }
export const PLUGIN = path.join(ROOT, 'plugins/dist/hours-summary.wasm')
const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export const PHONE = { width: 360, height: 740 }
export const DESKTOP = { width: 1280, height: 900 }
export const SCREENS = { phone: PHONE, desktop: DESKTOP }

/** What the demonstration prints for each role. */
export const PEOPLE = {
  member: 'member@northmoor.example',
  manager: 'manager@northmoor.example',
  hr: 'hr@northmoor.example',
  auditor: 'auditor@northmoor.example',
  administrator: 'admin@northmoor.example'
}
export const PASSWORD = 'three calm grey herons'

/**
 * Members whose last duty was a visit of ninety minutes, two days ago, and who are off since: whatever the time of
 * day, what they log for today or yesterday is no overlap. One for each test that logs something.
 */
export const RESTED = ['rhys.bevan', 'ewan.fraser', 'owen.griffiths', 'callum.doyle', 'finn.gallagher', 'marcus.bell']
  .map((name) => `${name}@northmoor.example`)

/** The day that was `days` before today in the United Kingdom, as a date field takes it. */
export function daysAgo (days) {
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format(new Date())
  const date = new Date(`${today}T12:00:00Z`)
  date.setUTCDate(date.getUTCDate() - days)
  return date.toISOString().slice(0, 10)
}

/** Starts `watchroom VERB ...` over a state directory of its own, copied from the demonstration where that is wanted. */
async function start (verb, word, prepare = async () => {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'watchroom-browser-'))
  await chmod(folder, 0o755)
  const [state, port] = [path.join(folder, 'state'), await freePort()]
  await prepare(state)
  const { args, environment } = verb(state, port)
  const program = await startProgram(args, environment, word)
  const stop = async () => {
    const code = await program.stop()
    await rm(folder, { recursive: true, force: true })
    return code
  }
  return { ...program, url: `https://localhost:${port}`, port, stop }
}

/** `watchroom demo`: the made-up service with its people and eight weeks of duties; without a plugin, which the tests install. */
export async function startDemo (environment = {}) {
  return await start((state, port) => ({
    args: ['demo', '--state', state, '--port', String(port)], environment
  }), 'Ctrl-C', copyDemonstration)
}

/** `watchroom serve` for the first time: nobody is there yet, and it says the set-up link. */
export async function startFresh () {
  return await start((state, port) => ({
    args: ['serve'],
    environment: {
      WATCHROOM_STATE__DIR: state,
      WATCHROOM_SERVER__LISTEN: `127.0.0.1:${port}`,
      WATCHROOM_SERVER__PUBLIC_URL: `https://localhost:${port}`
    }
  }), '/set-up/')
}

export async function startBrowser () {
  return await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync']
  })
}

/**
 * The program and a browser for one test file. `visit` opens a page (signed in `as` somebody), hands it to `body`, and
 * closes it; a failure leaves a picture when SCREENSHOTS names a directory.
 */
export function stage (open = startDemo) {
  const world = {}
  before(async () => {
    [world.demo, world.browser] = await Promise.all([open(), startBrowser()])
  })
  after(async () => {
    await world.browser?.close()
    assert.equal(await world.demo?.stop() ?? 0, 0, 'the server ends cleanly')
  })
  world.visit = async (options, body) => {
    const page = await openPage(world, options)
    try {
      if (options.as) await signIn(page, options.as)
      return await body(page)
    } catch (error) {
      await picture(page, `failed-${Date.now()}`)
      throw error
    } finally {
      await page.context().close()
    }
  }
  return world
}

/** One test on a phone and one on a desktop; `body` gets the viewport and the number of the screen, 0 or 1. */
export function onEachScreen (title, body) {
  Object.entries(SCREENS).forEach(([name, viewport], number) => {
    test(`${title}, on a ${name}`, async () => await body(viewport, number, name))
  })
}

/**
 * A fresh page at `viewport`; every script error and every broken rule of the content policy fails the test, and every
 * request to elsewhere but `also`.
 */
export async function openPage (world, { viewport = DESKTOP, javaScriptEnabled = true, colorScheme = 'light', timezoneId = 'Europe/London', also = [] } = {}) {
  const context = await world.browser.newContext({
    baseURL: world.demo.url, ignoreHTTPSErrors: true, viewport, javaScriptEnabled, colorScheme, locale: 'en-GB',
    timezoneId, reducedMotion: 'reduce', isMobile: viewport.width < 600, hasTouch: viewport.width < 600
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15000)
  page.problems = []
  page.on('pageerror', (error) => page.problems.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of (4\d\d|422)/.test(message.text())) page.problems.push(message.text())
  })
  page.on('request', (request) => {
    if (![world.demo.url, ...also].some((allowed) => request.url().startsWith(allowed))) page.problems.push(`a request left the appliance: ${request.url()}`)
  })
  return page
}

/** Signs in through the form and lands on the home page of that person. */
export async function signIn (page, email, password = PASSWORD) {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
}

/** No violation of WCAG 2.2 AA or of axe's best practices, nothing wider than the screen, no script error. */
export async function checkPage (page, name) {
  // Half a megabyte, which a page that is looked at twice takes in once.
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axeSource)
  const result = await page.evaluate(async () => await window.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations']
  }))
  const found = result.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)
  assert.deepEqual(found, [], `axe on ${name}`)
  await checkWidth(page, name)
  assert.deepEqual(page.problems, [], `the console on ${name}`)
}

/** Nothing is wider than the screen. */
export async function checkWidth (page, name) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  assert.equal(over, 0, `${name} is ${over} px wider than the screen`)
}

/** A page that a journey passes: checked, and kept as a picture. */
export async function pass (page, name) {
  await checkPage(page, name)
  await picture(page, name)
}

/** The form came back: the field called `label` has a message beside it that says `pattern`, and the summary leads to it. */
export async function wrong (page, label, pattern) {
  assert.match(await page.title(), /^Error: /)
  const byLabel = async () => {
    const exactly = page.getByLabel(label, { exact: true })
    return (await exactly.count() > 0 ? exactly : page.getByLabel(label)).first()
  }
  const field = typeof label === 'string' || label instanceof RegExp ? await byLabel() : label
  // A choice out of several is described as a whole.
  const described = await field.evaluate((node) =>
    [node, node.closest('fieldset')].flatMap((one) => one?.getAttribute('aria-describedby')?.split(' ') ?? []))
  const id = described.find((id) => id.endsWith('-error'))
  assert.ok(id, `${label} is described by ${described}`)
  const message = (await page.locator(`[id="${id}"]`).innerText()).replace(/\s+/g, ' ')
  assert.match(message, pattern)
  const own = await field.getAttribute('id')
  assert.ok(await page.locator(`.govuk-error-summary a[href="#${own}"]`).count() > 0, `the summary leads to ${own}`)
}

/** Opens the fold named `summary`, unless it is open because something stands in it. */
export async function unfold (page, summary) {
  const details = page.locator('details', { has: page.getByText(summary, { exact: true }) })
  if (!await details.evaluate((node) => node.open)) await page.getByText(summary, { exact: true }).click()
}

/** The message after something was done. */
export async function said (page, pattern) {
  assert.match(await page.locator('.govuk-notification-banner').innerText(), pattern)
}

/** Follows a link or presses a button that answers with a file; the file's text. */
export async function download (page, locator) {
  const [file] = await Promise.all([page.waitForEvent('download'), locator.click()])
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') }
}

/** Keeps a picture when SCREENSHOTS names a directory. */
export async function picture (page, name) {
  const directory = process.env.SCREENSHOTS
  if (!directory) return
  await mkdir(directory, { recursive: true })
  await page.screenshot({ path: path.join(directory, `${name.replace(/[^a-zA-Z0-9{}-]+/g, '_')}.png`), fullPage: true })
}
