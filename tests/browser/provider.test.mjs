// Signing in with an OpenID provider, as people and administrators do it, against a real one.

import { test, before, after } from 'node:test'
import assert from 'node:assert/strict'
import { startDemo, startBrowser, openPage, signIn, checkPage, picture, freePort, PEOPLE, PASSWORD, PHONE, DESKTOP } from './support.mjs'
import { startProvider, signInThere, divert, CLIENT } from './provider.mjs'

let demo
let browser
let provider
let port
let issuer
let providerPage
let returnAddress
let signOutAddress

// The provider's own pages ask for a font of somebody else's, which is no matter of ours and not there to be had.
const FONTS = 'https://fonts.googleapis.com/'

const fresh = async (options = {}) => {
  const page = await openPage({ browser, demo }, { also: [issuer, FONTS], ...options })
  // A page may be closed before it has its font.
  await page.route(`${FONTS}**`, async (route) => await route.fulfill({ contentType: 'text/css', body: '' }).catch(() => {}))
  return page
}

const administrator = async (options = {}) => {
  const page = await fresh(options)
  await signIn(page, PEOPLE.administrator)
  return page
}

const fact = async (page, key) => (await page.locator('.govuk-summary-list__row', { hasText: key }).locator('dd').first().textContent()).trim()

const switchTo = async (page, text) => {
  await page.goto(providerPage)
  await page.getByRole('button', { name: text }).click()
}

const setJoining = async (label) => {
  const page = await administrator()
  await page.goto(`${providerPage}/edit`)
  await page.getByLabel(label, { exact: true }).check()
  const unit = page.getByLabel('To which unit do new people belong?')
  await unit.selectOption({ index: 1 })
  await page.getByLabel('Which role do new people get?').selectOption({ label: 'Member' })
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  await page.context().close()
}

/** From the sign-in page through the provider and back. */
const through = async (page, login) => {
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Sign in with Northmoor account' }).click()
  await signInThere(page, login)
  await page.waitForURL((url) => url.href.startsWith(demo.url))
}

const rolesOf = async (page) => (await page.goto('/account'), await fact(page, 'Roles'))

before(async () => {
  port = await freePort()
  issuer = `http://localhost:${port}`
  demo = await startDemo({ WATCHROOM_SSO__ALLOW_LOOPBACK_HTTP: 'true', WATCHROOM_SSO__TIMEOUT_S: '3' })
  browser = await startBrowser()
})

after(async () => {
  await browser?.close()
  await provider?.stop()
  assert.equal(await demo?.stop() ?? 0, 0, 'the server ends cleanly')
})

test('an administrator adds a provider, tests it, and is told what is wrong until nothing is', async () => {
  const page = await administrator({ viewport: PHONE })
  await page.goto('/signing-in')
  await checkPage(page, 'signing in, empty')
  await picture(page, 'sso-overview-empty')
  await page.getByRole('button', { name: 'Add a provider' }).first().click()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('alert').waitFor()
  await checkPage(page, 'the form of a provider, with errors')
  await page.getByLabel('What does the button say?').fill('Northmoor account')
  await page.getByLabel('Issuer').fill(`${issuer}/`)
  await page.getByLabel('Client ID').fill(CLIENT.id)
  await page.getByLabel('Client secret', { exact: true }).fill('not the secret')
  await page.getByLabel('Scopes beside openid').fill('profile email groups')
  await page.getByLabel('Which claim names groups?').fill('groups')
  await picture(page, 'sso-form')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Added, and switched off.').waitFor()
  providerPage = new URL(page.url()).pathname
  returnAddress = await fact(page, 'Redirect address')
  signOutAddress = await fact(page, 'Back-channel sign-out address')
  assert.match(returnAddress, new RegExp(`^${demo.url}/sign-in/with/[0-9a-f-]{36}/back$`))
  assert.doesNotMatch(await page.content(), /not the secret/)

  const run = async () => {
    await page.getByRole('button', { name: 'Test this provider' }).click()
    await page.getByRole('heading', { name: 'What the test found' }).waitFor()
  }
  await run()
  await page.getByText('cannot be reached').waitFor()
  provider = await startProvider({ port, returnAddress, signOutAddress })
  await run()
  await page.getByText(`calls itself ${issuer}.`).waitFor()
  await page.goto(`${providerPage}/edit`)
  assert.equal(await page.getByLabel('Client secret', { exact: true }).inputValue(), '')
  await page.getByLabel('Issuer').fill(issuer)
  await page.getByRole('button', { name: 'Save' }).click()
  await run()
  await page.getByText('refuses this client (invalid_client)').waitFor()
  await picture(page, 'sso-test-wrong')
  await page.goto(`${providerPage}/edit`)
  await page.getByLabel('Client secret', { exact: true }).fill(CLIENT.secret)
  await page.getByRole('button', { name: 'Save' }).click()
  await run()
  await page.getByText('Nothing stands in the way of signing in.').waitFor()
  assert.equal(await page.locator('.govuk-tag', { hasText: 'Wrong' }).count(), 0)
  await checkPage(page, 'a provider that passed its test')
  await picture(page, 'sso-test-good')

  await page.goto('/sign-in')
  await page.goto(providerPage)
  await page.getByRole('button', { name: 'Switch on' }).click()
  await page.getByText('Switched on.').waitFor()
  await page.context().close()
})

test('by invitation only, a stranger is refused with a page that helps, and so is whoever is on record', async () => {
  for (const login of ['jo', 'chris', 'nomail', 'mallory']) {
    const page = await fresh({ viewport: PHONE })
    await through(page, login)
    await page.getByRole('heading', { name: 'You are not known here yet' }).waitFor()
    await checkPage(page, 'not invited')
    if (login === 'jo') await picture(page, 'sso-not-invited')
    assert.equal((await page.context().cookies()).find((cookie) => cookie.name === '__Host-watchroom'), undefined)
    await page.context().close()
  }
})

test('an administrator lets somebody in by their verified address, once', async () => {
  const admin = await administrator()
  await admin.goto('/people')
  const href = await admin.locator('a[href^="/people/0"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')))
  let record
  for (const one of href) {
    await admin.goto(one)
    // As it is read: in the page, addresses may break.
    if ((await admin.locator('main').textContent()).includes(PEOPLE.member)) record = one
  }
  assert.ok(record, 'the member is in the list')
  await admin.goto(`${record}/providers`)
  await checkPage(admin, 'how somebody signs in')
  await admin.getByRole('button', { name: 'Let them sign in with Northmoor account' }).click()
  await admin.getByText('Allowed.').waitFor()
  await picture(admin, 'sso-permit')

  const page = await fresh()
  await through(page, 'chris')
  await page.waitForURL(`${demo.url}/`)
  await page.goto('/account')
  assert.match(await page.content(), /connected|Your account/)
  await admin.reload()
  await admin.getByText('an administrator allowed it').waitFor()
  await admin.context().close()
  await page.context().close()
})

test('people who are new get a record, and their groups give them roles from rules', async () => {
  await setJoining('Anybody whom the provider lets in')
  const admin = await administrator({ viewport: PHONE })
  await admin.goto('/signing-in/groups')
  await admin.getByLabel('What does the provider call the group?').fill('watch-red')
  await admin.getByLabel('Manager', { exact: true }).check()
  await admin.getByLabel('For which unit?').selectOption({ index: 2 })
  await admin.getByRole('button', { name: 'Add this rule' }).click()
  await admin.getByText('Rule added.').waitFor()
  await admin.getByLabel('What does the provider call the group?').fill('administrators')
  await admin.getByLabel('Administrator', { exact: true }).check()
  await admin.getByRole('button', { name: 'Add this rule' }).click()
  await admin.getByRole('alert').getByText('This role can give roles').waitFor()
  await admin.goto('/signing-in/groups?groups=watch-red')
  await admin.getByText('Somebody in these groups would get:').waitFor()
  await checkPage(admin, 'rules')
  await picture(admin, 'sso-rules')

  const page = await fresh()
  await through(page, 'jo')
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
  assert.equal(await rolesOf(page), 'manager, member')
  assert.equal(await fact(page, 'Name'), 'Jo Newcomer')
  await page.context().close()

  // The rule goes; at the next sign-in so does what it gave, and the role of the record stays.
  await admin.goto('/signing-in/groups')
  await admin.getByText('1 person').first().waitFor()
  await admin.getByRole('button', { name: 'Remove' }).first().click()
  await admin.getByText('Rule removed.').waitFor()
  const again = await fresh()
  await through(again, 'jo')
  assert.equal(await rolesOf(again), 'member')
  await again.context().close()
  await admin.context().close()
})

test('an address that the provider did not verify opens nobody\'s account', async () => {
  const page = await fresh()
  await through(page, 'mallory')
  await page.getByRole('heading', { name: 'You are not known here yet' }).waitFor()
  await page.context().close()
  const owner = await fresh()
  await through(owner, 'alex')
  await owner.getByRole('heading', { name: 'You are not known here yet' }).waitFor()
  await owner.context().close()
})

test('an answer with another state, issuer or nonce is refused', async () => {
  const begin = async (page) => {
    await page.goto('/sign-in')
    await page.getByRole('button', { name: 'Sign in with Northmoor account' }).click()
  }
  for (const [name, change, heading] of [
    ['state', (url) => url.searchParams.set('state', 'another'), 'The sign-in was not finished'],
    ['issuer', (url) => url.searchParams.set('iss', 'https://evil.example'), "The provider's answer could not be trusted"],
    ['no issuer', (url) => url.searchParams.delete('iss'), "The provider's answer could not be trusted"],
    ['code', (url) => url.searchParams.set('code', 'another'), "Your organisation's sign-in does not answer"]
  ]) {
    const page = await fresh()
    await divert(page, '*/back?*', (url) => {
      change(url)
      return url
    })
    await begin(page)
    await signInThere(page, 'chris')
    await page.getByRole('heading', { name: heading }).waitFor()
    assert.equal((await page.context().cookies()).find((cookie) => cookie.name === '__Host-watchroom'), undefined, name)
    await page.context().close()
  }
  const page = await fresh()
  await divert(page, `${issuer}/auth?*`, (url) => {
    url.searchParams.set('nonce', 'another')
    return url
  })
  await begin(page)
  await signInThere(page, 'chris')
  await page.getByRole('heading', { name: "The provider's answer could not be trusted" }).waitFor()
  await page.context().close()
})

test('an answer that another browser began is refused', async () => {
  const one = await fresh()
  let answer
  await divert(one, '*/back?*', (url) => {
    answer = url.href
    return null
  })
  await one.goto('/sign-in')
  await one.getByRole('button', { name: 'Sign in with Northmoor account' }).click()
  await signInThere(one, 'chris').catch(() => undefined)
  for (let i = 0; i < 50 && !answer; i++) await one.waitForTimeout(100)
  const other = await fresh()
  await other.goto(answer)
  await other.getByRole('heading', { name: 'The sign-in was not finished' }).waitFor()
  await one.context().close()
  await other.context().close()
})

test('who came by the provider confirms with it that it is still them, and nobody else does', async () => {
  const page = await fresh({ viewport: PHONE })
  await through(page, 'chris')
  await page.waitForURL(`${demo.url}/`)
  await page.goto('/step-up?next=%2Faccount')
  await page.getByRole('heading', { name: 'Confirm it is you' }).waitFor()
  await checkPage(page, 'a proof by the provider')
  await picture(page, 'sso-step-up')
  const session = async () => (await page.context().cookies()).find((cookie) => cookie.name === '__Host-watchroom').value
  const before = await session()
  await page.getByRole('button', { name: 'Confirm with Northmoor account' }).click()
  // Being signed in there is not enough: it asks again.
  await signInThere(page, 'chris')
  await page.waitForURL(`${demo.url}/account`)
  assert.notEqual(await session(), before, 'the token was replaced')

  // The provider forgets who it was. Signing in over somebody would sign them out first, and that it would tell us.
  await page.context().clearCookies({ name: /^_(session|interaction)/ })
  await page.goto('/step-up?next=%2Faccount')
  await page.getByRole('button', { name: 'Confirm with Northmoor account' }).click()
  await signInThere(page, 'jo')
  await page.getByRole('heading', { name: 'That is not your account' }).waitFor()
  await checkPage(page, 'a proof by somebody else')
  await page.context().close()
})

test('who signs out at the provider is signed out here', async () => {
  const page = await fresh()
  await through(page, 'chris')
  await page.waitForURL(`${demo.url}/`)
  const before = provider.told.length
  await page.goto(`${issuer}/session/end`)
  await page.locator('button[name=logout]').click()
  for (let i = 0; i < 50 && provider.told.length === before; i++) await page.waitForTimeout(100)
  assert.deepEqual(provider.told.slice(before).map((one) => one.ok), [true], JSON.stringify(provider.told.slice(before)))
  await page.goto('/duties')
  assert.match(page.url(), /sign-in/)
  await page.context().close()
})

test('somebody signed in connects their own account, and disconnects it', async () => {
  const page = await fresh({ viewport: PHONE })
  await signIn(page, PEOPLE.administrator)
  await page.goto('/account')
  await page.getByRole('link', { name: 'Signing in with a provider' }).click()
  await checkPage(page, 'own links')
  await page.getByRole('button', { name: 'Connect Northmoor account' }).click()
  await signInThere(page, 'alex')
  await page.getByText('Connected. From now on you can sign in with it.').waitFor()
  await picture(page, 'sso-connected')
  await page.context().close()
  const again = await fresh()
  await through(again, 'alex')
  await again.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
  await again.goto('/account')
  await again.getByRole('link', { name: 'Signing in with a provider' }).click()
  await again.getByRole('button', { name: 'Disconnect Northmoor account' }).click()
  await again.getByText('Disconnected.').waitFor()
  await again.context().close()
})

test('with passwords for administrators alone, others are sent to the provider and an administrator still gets in', async () => {
  const admin = await administrator()
  await admin.goto('/signing-in')
  await admin.getByLabel('Only those who can give roles').check()
  await admin.getByRole('button', { name: 'Save' }).click()
  await admin.getByText('Saved.').waitFor()
  const page = await fresh({ viewport: PHONE })
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(PEOPLE.manager)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('alert').getByText('does not sign in with passwords').waitFor()
  await checkPage(page, 'passwords are off')
  await picture(page, 'sso-passwords-off')
  await signIn(page, PEOPLE.administrator)
  await page.goto('/signing-in')
  await page.getByLabel('Everybody who has one').check()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()
  await page.context().close()
  await admin.context().close()
})

test('when the provider is away the page says so, passwords work, and the console shows it', async () => {
  await provider.stop()
  // What was remembered of it goes with a change of its settings; then it has to be asked again.
  await setJoining('People on record')
  const page = await fresh({ viewport: PHONE })
  await page.goto('/sign-in')
  await page.getByRole('button', { name: 'Sign in with Northmoor account' }).click()
  await page.getByRole('heading', { name: "Your organisation's sign-in does not answer" }).waitFor()
  // The page itself came with 503, which the browser says in its console.
  page.problems = page.problems.filter((problem) => !problem.includes('status of 503'))
  await checkPage(page, 'the provider is away')
  await picture(page, 'sso-away')
  await page.getByRole('link', { name: 'To the sign-in page' }).click()
  await checkPage(page, 'sign-in with a provider')
  await picture(page, 'sso-sign-in')
  await signIn(page, PEOPLE.administrator)
  await page.goto('/signing-in')
  await page.getByText('cannot be reached').waitFor()
  await checkPage(page, 'signing in, failing')
  await picture(page, 'sso-overview-failing')
  await page.context().close()
})

test('the console\'s pages stand on a desktop in the dark, and the provider can go', async () => {
  const page = await administrator({ viewport: DESKTOP, colorScheme: 'dark' })
  for (const path of ['/signing-in', providerPage, `${providerPage}/edit`, '/signing-in/groups', `${providerPage}/remove`]) {
    await page.goto(path)
    await checkPage(page, path)
    await picture(page, `sso-dark-${path.split('/').pop().slice(0, 8)}`)
  }
  await switchTo(page, 'Switch off')
  await page.getByText('Switched off.').waitFor()
  const visitor = await fresh()
  await visitor.goto('/sign-in')
  assert.equal(await visitor.getByText('Northmoor account').count(), 0)
  await visitor.context().close()
  await page.goto(`${providerPage}/remove`)
  await page.getByRole('button', { name: 'Remove the provider' }).click()
  await page.getByText('Provider removed.').waitFor()
  await page.context().close()
})
