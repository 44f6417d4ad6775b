// The world of a browser test: the real program with its demonstration, a headless Chromium, and axe.

import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, mkdir, chmod } from 'node:fs/promises'
import { createServer } from 'node:net'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import assert from 'node:assert/strict'
import { chromium } from 'playwright-core'

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..')
const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export const PHONE = { width: 360, height: 740 }
export const DESKTOP = { width: 1280, height: 900 }

/** What the demonstration prints for each role. */
export const PEOPLE = {
  member: 'member@northmoor.example',
  manager: 'manager@northmoor.example',
  hr: 'hr@northmoor.example',
  auditor: 'auditor@northmoor.example',
  administrator: 'admin@northmoor.example'
}
export const PASSWORD = 'three calm grey herons'

async function freePort () {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Starts `watchroom demo` over a state directory of its own; resolves when it answers. */
export async function startDemo () {
  const state = await mkdtemp(path.join(tmpdir(), 'watchroom-browser-'))
  await chmod(state, 0o755)
  const port = await freePort()
  const metrics = await freePort()
  const program = path.join(root, 'target/debug/watchroom')
  const child = spawn(program, [
    'demo', '--state', path.join(state, 'state'), '--port', String(port),
    '--plugin', path.join(root, 'plugins/dist/hours-summary.wasm')
  ], {
    env: { ...process.env, WATCHROOM_METRICS__LISTEN: `127.0.0.1:${metrics}` },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let said = ''
  const ready = new Promise((resolve, reject) => {
    const listen = (chunk) => {
      said += chunk
      if (said.includes('Ctrl-C')) resolve()
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.on('exit', (code) => reject(new Error(`watchroom ended with ${code}: ${said}`)))
  })
  await ready
  const stop = async () => {
    const gone = new Promise((resolve) => child.on('exit', resolve))
    child.kill('SIGINT')
    const code = await gone
    await rm(state, { recursive: true, force: true })
    return code
  }
  return { url: `https://localhost:${port}`, port, metrics, said: () => said, stop, child, state }
}

/** A browser for a whole test file. */
export async function startBrowser () {
  return await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync']
  })
}

/** A fresh page at `viewport`; every script error and every broken rule of the content policy fails the test. */
export async function open (browser, demo, { viewport = DESKTOP, javaScriptEnabled = true, colorScheme = 'light' } = {}) {
  const context = await browser.newContext({ baseURL: demo.url, ignoreHTTPSErrors: true, viewport, javaScriptEnabled, colorScheme, locale: 'en-GB', timezoneId: 'Europe/London' })
  const page = await context.newPage()
  page.problems = []
  page.on('pageerror', (error) => page.problems.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of (4\d\d|422)/.test(message.text())) page.problems.push(message.text())
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(demo.url)) page.problems.push(`a request left the appliance: ${request.url()}`)
  })
  return page
}

/** Signs in through the form and lands on the home page of that person. */
export async function signIn (page, email, password = PASSWORD) {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
}

/** No violation of WCAG 2.2 AA or of axe's best practices, nothing wider than the screen, no script error. */
export async function checkPage (page, name) {
  await page.evaluate(axeSource).catch(() => undefined)
  const result = await page.evaluate(async () => await window.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
  }))
  const found = result.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)
  assert.deepEqual(found, [], `axe on ${name}`)
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  assert.equal(overflow, 0, `${name} is ${overflow} px wider than the screen`)
  assert.deepEqual(page.problems, [], `the console on ${name}`)
}

/** Keeps a picture when SCREENSHOTS names a directory. */
export async function picture (page, name) {
  const directory = process.env.SCREENSHOTS
  if (!directory) return
  await mkdir(directory, { recursive: true })
  await page.screenshot({ path: path.join(directory, `${name}.png`), fullPage: true })
}
