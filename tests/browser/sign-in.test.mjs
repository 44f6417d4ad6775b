// Signing in and finding one's way: each role, with a wrong password, with the keyboard alone, without JavaScript.

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { stage, signIn, checkPage, checkWidth, onEachScreen, pass, PEOPLE, PASSWORD, PHONE, DESKTOP } from './support.mjs'
import { saidAtFirstStart } from './demonstration.mjs'

const world = stage()

/** The areas that the bar offers each role, and what it may open in the second of them. */
const HOURS = ['My duties', 'Timesheets', 'My working time', 'My calendar', 'My absences']
const ROLES = {
  member: { areas: ['Home', 'My hours', 'Development', 'Wellbeing', 'Reports'], inside: HOURS },
  manager: { areas: ['Home', 'My hours', 'Development', 'Wellbeing', 'Team', 'People', 'Reports'], inside: HOURS },
  hr: { areas: ['Home', 'My hours', 'Development', 'Wellbeing', 'Team', 'People', 'Reports', 'Imports'], inside: HOURS },
  auditor: { areas: ['Home', 'Assurance'], inside: ['Audit', 'Security'] },
  administrator: { areas: ['Home', 'My hours', 'Development', 'Wellbeing', 'People', 'Reports', 'Security', 'Console'], inside: HOURS }
}

for (const [role, { areas, inside }] of Object.entries(ROLES)) {
  onEachScreen(`the ${role} signs in and is offered what is theirs, and no more`, async (viewport, number, screen) => {
    await world.visit({ viewport, as: PEOPLE[role] }, async (page) => {
      assert.equal(await page.getByRole('heading', { level: 1 }).innerText(), 'Home')
      const menu = page.getByRole('button', { name: 'Menu' })
      if (await menu.isVisible()) await menu.click()
      const offered = async (name) => await page.getByRole('navigation', { name }).getByRole('link').allInnerTexts()
      assert.deepEqual(await offered('Areas'), areas)
      await pass(page, `home of the ${role} on a ${screen}`)
      await page.getByRole('navigation', { name: 'Areas' }).getByRole('link', { name: areas[1], exact: true }).click()
      await page.getByRole('navigation', { name: areas[1] }).waitFor()
      assert.deepEqual(await offered(areas[1]), inside)
      await pass(page, `first area of the ${role} on a ${screen}`)
    })
  })
}

onEachScreen('a wrong password keeps the address and moves the focus to what is wrong', async (viewport) => {
  await world.visit({ viewport }, async (page) => {
    await page.goto('/sign-in')
    await pass(page, 'sign-in')
    await page.getByLabel('E-mail address').fill(PEOPLE.member)
    await page.getByLabel('Password', { exact: true }).fill('not the password')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('alert').waitFor()
    assert.equal(await page.getByLabel('E-mail address').inputValue(), PEOPLE.member)
    assert.equal(await page.getByLabel('Password', { exact: true }).inputValue(), '')
    assert.match(await page.title(), /^Error: /)
    assert.ok(await page.evaluate(() => document.activeElement.classList.contains('govuk-error-summary')), 'focus')
    await checkPage(page, 'sign-in with an error')
  })
})

test('signing in, out, and back in works with the keyboard alone', async () => {
  await world.visit({ viewport: DESKTOP }, async (page) => {
    await page.goto('/sign-in')
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), 'Skip to main content')
    await page.getByLabel('E-mail address').focus()
    await page.keyboard.type(PEOPLE.member)
    await page.keyboard.press('Tab')
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.pathname === '/')
    await page.getByRole('button', { name: 'Sign out' }).focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/sign-in/)
    await page.goto('/duties')
    assert.match(page.url(), /sign-in\?next=%2Fduties/)
  })
})

test('without JavaScript, all areas and sections stand in the open and signing in leads back to the page that was asked for', async () => {
  await world.visit({ viewport: PHONE, javaScriptEnabled: false }, async (page) => {
    await page.goto('/team')
    assert.match(page.url(), /sign-in\?next=%2Fteam/)
    await page.getByLabel('E-mail address').fill(PEOPLE.manager)
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.waitForURL(/\/team$/)
    for (const text of [...ROLES.manager.areas, 'Team hours', 'Approvals']) {
      assert.ok(await page.getByRole('link', { name: text, exact: true }).isVisible(), text)
    }
    await checkWidth(page, 'the team without JavaScript')
  })
})

test('somebody sees where they are signed in, and ends it everywhere', async () => {
  await world.visit({ viewport: PHONE, as: PEOPLE.auditor }, async (phone) => {
    await world.visit({ viewport: DESKTOP, as: PEOPLE.auditor }, async (desktop) => {
      await desktop.goto('/account/sessions')
      assert.ok(await desktop.getByRole('row').count() >= 3, 'a header and two sessions')
      assert.equal(await desktop.getByText('This one').count(), 1)
      await pass(desktop, 'where the auditor is signed in')
      await desktop.getByRole('button', { name: 'Sign out everywhere' }).click()
      await desktop.waitForURL(/sign-in/)
    })
    await phone.goto('/audit')
    assert.match(phone.url(), /sign-in/)
  })
})

onEachScreen('ten wrong passwords make the account wait, with the right one too, and say how long', async (viewport, number, screen) => {
  await world.visit({ viewport }, async (page) => {
    // Nobody has this address: whether somebody does must not be told by the waiting either.
    const email = `nobody-${number}@example.test`
    const attempt = async () => {
      await page.goto('/sign-in')
      await page.getByLabel('E-mail address').fill(email)
      await page.getByLabel('Password', { exact: true }).fill('not the password')
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.getByRole('alert').waitFor()
      return page.getByRole('alert').innerText()
    }
    for (let tries = 0; tries < 10; tries += 1) assert.doesNotMatch(await attempt(), /Too many attempts/)
    assert.match(await attempt(), /Too many attempts\. Wait \d+ min and try again/)
    await checkPage(page, `locked out on a ${screen}`)
  })
})

test('the demonstration says what it makes at its first start, where it is and who may sign in', async () => {
  const first = await saidAtFirstStart()
  const steps = ['This is the first start', 'Founding Northmoor', 'Logging eight weeks of duties', 'Ctrl-C']
  const places = steps.map((step) => first.indexOf(step))
  assert.ok(places.every((place, step) => place > (places[step - 1] ?? -1)), first)
  const text = world.demo.said()
  assert.doesNotMatch(text, /first start/, 'the second start finds its data')
  assert.match(text, new RegExp(`https://localhost:${world.demo.port}`))
  for (const email of Object.values(PEOPLE)) assert.ok(text.includes(email), email)
  assert.match(text, /Ctrl-C/)
})

test('the metrics answer on their own address and the health pages on ours', async () => {
  const metrics = await (await fetch(`http://127.0.0.1:${world.demo.metrics}/metrics`)).text()
  assert.match(metrics, /watchroom_requests_total/)
  await world.visit({}, async (page) => {
    const ready = await page.request.get('/health/ready')
    assert.equal(ready.status(), 200)
    assert.equal((await ready.json()).checks.database, 'ok')
    assert.equal((await page.request.get('/health/live')).status(), 200)
    await signIn(page, PEOPLE.member)
    await page.goto('/account')
    await checkPage(page, 'the account page')
  })
})
