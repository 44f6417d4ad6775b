// Every page that each role can reach by links, on a phone in the light and on a desktop in the dark: axe finds nothing,
// nothing is wider than the screen, the console is silent, nothing leaves the appliance. At the end, the pages that were
// seen are held against the table of routes: a page that nobody reached fails.

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { ROOT, PLUGIN, stage, checkPage, picture, PEOPLE, PHONE, DESKTOP } from './support.mjs'
import { upload } from './support-imports.mjs'

const world = stage()

/** What is no page: files, data for programs, and what is polled. */
const NO_PAGE = /\.(csv|pdf|zip)$|\/download$|^\/assets\/|^\/api\/|^\/brand\/|^\/feeds\/|^\/health\/|^\/scim\/|\/progress$/

/** Pages that cannot be reached by a link, with the test that looks at them. */
const ELSEWHERE = {
  '/set-up/{token}': 'set-up.test.mjs',
  '/after-job': 'exposures.test.mjs',
  '/exposure-records': 'exposures.test.mjs',
  '/exposure-records/{id}': 'exposures.test.mjs',
  '/trim/caseload': 'exposures.test.mjs',
  '/trim/cases/{id}': 'exposures.test.mjs',
  '/trim/cases/{id}/meeting': 'exposures.test.mjs',
  '/account/details/{part}': 'joining.test.mjs',
  '/trim/scores': 'exposures.test.mjs',
  '/password/{link}': 'people.test.mjs',
  '/forgotten-password': 'mail.test.mjs',
  '/forgotten-password/asked': 'mail.test.mjs',
  '/welcome': 'mail.test.mjs',
  '/roles/{id}/edit': 'access.test.mjs',
  '/roles/{id}/retire': 'access.test.mjs',
  '/sign-in/factor': 'factors.test.mjs',
  '/step-up': 'factors.test.mjs',
  '/account/factors/totp': 'factors.test.mjs',
  '/account/factors/passkeys/{id}/remove': 'factors.test.mjs',
  '/tokens/{id}': 'tokens.test.mjs',
  '/tokens/{id}/rotate': 'tokens.test.mjs',
  '/tokens/{id}/revoke': 'tokens.test.mjs',
  '/network/{id}/remove': 'network.test.mjs',
  '/sign-in/with/{id}': 'provider.test.mjs',
  '/sign-in/with/{id}/back': 'provider.test.mjs',
  '/signing-in/providers/{id}': 'provider.test.mjs',
  '/signing-in/providers/{id}/edit': 'provider.test.mjs',
  '/signing-in/providers/{id}/remove': 'provider.test.mjs',
  '/duties/{id}/correct': 'hours.test.mjs',
  '/duties/{id}/propose-removal': 'hours.test.mjs',
  '/duties/{id}/private-note': 'hours.test.mjs',
  '/corrections/new': 'hours.test.mjs',
  '/timesheets/{id}/reopen': 'hours.test.mjs',
  '/approvals/confirm': 'hours.test.mjs',
  '/approvals/delegations/{id}/end': 'hours.test.mjs',
  '/working-time/declarations/jobs/{id}': 'working-time.test.mjs',
  '/signals': 'signals.test.mjs',
  '/signals/told': 'signals.test.mjs',
  '/signals/{kind}': 'signals.test.mjs',
  '/organisation/signals': 'signals.test.mjs',
  '/organisation/signals/{kind}': 'signals.test.mjs',
  '/wellbeing/vault': 'wellbeing.test.mjs',
  '/wellbeing/vault/passphrase': 'wellbeing.test.mjs',
  '/wellbeing/vault/code': 'wellbeing.test.mjs',
  '/wellbeing/vault/passkeys': 'vault-passkey.test.mjs',
  '/wellbeing/settings': 'wellbeing.test.mjs',
  '/wellbeing/notes/{id}': 'wellbeing.test.mjs',
  '/wellbeing/notes/{id}/edit': 'wellbeing.test.mjs',
  '/wellbeing/notes/{id}/delete': 'wellbeing.test.mjs',
  '/wellbeing/notes/{id}/share': 'wellbeing.test.mjs',
  '/wellbeing/who5': 'wellbeing.test.mjs',
  '/wellbeing/who5/new': 'wellbeing.test.mjs',
  '/wellbeing/received': 'wellbeing.test.mjs',
  '/wellbeing/received/{id}': 'wellbeing.test.mjs',
  '/apply/{code}': 'joining.test.mjs',
  '/apply/status/{organisation}': 'joining.test.mjs',
  '/applications/{id}/convert': 'joining.test.mjs'
}

/** Pages that say the same to everybody: looked at for one role, opened for all. */
const SAME_FOR_ALL = /^\/(help|privacy|accessibility|roles|account\/password|account\/sessions)$/

const ID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

/** The shape of an address: ids replaced, so that one duty stands for all; a filter makes no other page. */
const shapeOf = (address) => address.replace(new RegExp(ID, 'g'), '{}').replace(/\/entries\/\d+/, '/entries/{}').replace(/\/security\/lists\/[a-z-]+/, '/security/lists/{}').replace(/\/period\/[0-9-]+/, '/period/{}').replace(/(\/adjust\/[^/]+\/)[0-9-]+/, '$1{}').replace(/[?#].*/, '')

/** The addresses of all pages in the table of routes, with every parameter as `{}`. */
async function pagesOfTheRouteTable () {
  const folder = path.join(ROOT, 'src')
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.rs'))
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')))
  return texts.flatMap((text) => [...text.matchAll(/Route::get\(\s*"[^"]+",\s*"([^"]+)"/g)].map((found) => found[1]))
}

const seen = new Set()

// Things without which some pages have no link: an import in each state, a crew, a plugin that ran, somebody who left.
test('there is something of everything to look at', async () => {
  await world.visit({ as: PEOPLE.administrator }, async (page) => {
    await upload(page, 'Duties', 'untouched.csv', 'Staff No,Start,End\nN0004,01/07/2026 08:00,01/07/2026 18:00\n')
    await upload(page, 'Duties', 'checked.csv', 'Staff No,Start,End,Type\nN0004,01/07/2026 08:00,01/07/2026 18:00,Shift\nN9,1,2,3\n')
    await page.getByRole('button', { name: 'Say which column is what' }).click()
    await page.getByRole('button', { name: 'Check the rows' }).click()
    await page.locator('.wr-figures').waitFor()
    await page.goto('/crews')
    await page.locator('form[method=post][action="/crews"]').getByLabel('Call sign').fill('E28P1')
    await page.getByLabel('Person').fill('N0004')
    await page.getByLabel('First day').fill('2026-01-01')
    await page.getByRole('button', { name: 'Assign' }).click()
    await page.goto('/plugins/upload')
    await page.locator('input[type=file]').setInputFiles(PLUGIN)
    await page.getByRole('button', { name: 'Upload' }).click()
    await page.getByRole('button', { name: 'Save what it may read' }).click()
    await page.getByRole('button', { name: 'Enable' }).click()
    await page.getByRole('button', { name: 'Enable' }).click()
    await page.goto('/plugins/upload')
    await page.locator('input[type=file]').setInputFiles(PLUGIN.replace('hours-summary', 'row-dump'))
    await page.getByRole('button', { name: 'Upload' }).click()
    await page.getByRole('button', { name: 'Save what it may read' }).click()
    await page.goto('/people?q=Bell')
    await page.locator('tbody').getByRole('link', { name: /Bell/ }).click()
    await page.getByRole('link', { name: 'Record that they left' }).click()
    await page.getByRole('button', { name: 'Record that they left' }).click()
  })
  for (const role of ['manager', 'hr', 'member']) {
    await world.visit({ as: PEOPLE[role] }, async (page) => {
      await page.goto('/reports')
      const make = page.getByRole('link', { name: 'Hours summary', exact: true })
      if (await make.count() === 0) return
      await make.click()
      await page.getByRole('button', { name: 'Make the report' }).click()
      await page.getByRole('button', { name: 'Download CSV' }).waitFor()
    })
  }
})

for (const [role, email] of Object.entries(PEOPLE)) {
  test(`all that the ${role} can reach stands, on a phone and on a desktop in the dark`, async (t) => {
    await world.visit({ viewport: PHONE, as: email }, async (page) => {
      const visited = new Map()
      const queue = ['/', '/account', '/help']
      const [known, more] = [new Set(), new Map()]
      while (queue.length > 0) {
        const address = queue.shift()
        const shape = shapeOf(address)
        if (NO_PAGE.test(shape) || known.has(address)) continue
        known.add(address)
        if (visited.has(shape)) {
          // Another of the same kind may lead where the first did not: its links count, its looks do not.
          if (shape === address || (more.get(shape) ?? 0) >= 3) continue
          more.set(shape, (more.get(shape) ?? 0) + 1)
          const text = await (await page.request.get(address)).text()
          queue.push(...[...text.matchAll(/<a [^>]*href="(\/[^"]*)"/g)].map((found) => found[1].replaceAll('&amp;', '&')))
          continue
        }
        const response = await page.goto(address)
        assert.ok(response.status() < 400, `${role} follows a link to ${address} and gets ${response.status()}`)
        visited.set(shape, address)
        // Where a link only leads on to another page, that one counts.
        visited.set(shapeOf(new URL(page.url()).pathname), address)
        const links = await page.locator('a[href^="/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')))
        queue.push(...links)
        if (SAME_FOR_ALL.test(shape) && seen.has(shape)) continue
        await checkPage(page, `${address} as ${role} on a phone`)
        await picture(page, `${role}-phone-${shape.slice(1)}`)
        await page.setViewportSize(DESKTOP)
        await page.emulateMedia({ colorScheme: 'dark' })
        await checkPage(page, `${address} as ${role} on a desktop in the dark`)
        await picture(page, `${role}-dark-${shape.slice(1)}`)
        await page.emulateMedia({ colorScheme: 'light' })
        if (process.env.SCREENSHOTS) await picture(page, `${role}-desktop-${shape.slice(1)}`)
        await page.setViewportSize(PHONE)
      }
      t.diagnostic(`${role}: ${visited.size} pages: ${[...visited.keys()].sort().join(' ')}`)
      for (const shape of visited.keys()) seen.add(shape)
    })
  })
}

test('what nobody may see says so on a page of its own', async () => {
  await world.visit({ viewport: PHONE }, async (page) => {
    await page.goto('/sign-in')
    await checkPage(page, 'sign-in')
    seen.add('/sign-in')
    const lost = await page.goto('/no-such-page')
    assert.equal(lost.status(), 404)
    await checkPage(page, 'the page for 404')
    await picture(page, 'not found')
  })
  await world.visit({ viewport: PHONE, as: PEOPLE.auditor }, async (page) => {
    const refused = await page.goto('/duties')
    assert.equal(refused.status(), 403)
    await checkPage(page, 'the page for 403')
    await picture(page, 'forbidden')
    const other = await page.goto('/people/00000000-0000-7000-8000-000000000000')
    assert.ok([403, 404].includes(other.status()))
    await checkPage(page, 'a record that is not there')
  })
})

test('no page of the route table was left out', async (t) => {
  const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname)
  for (const [route, file] of Object.entries(ELSEWHERE)) {
    await readFile(path.join(here, file), 'utf8').catch(() => assert.fail(`${route} names ${file}, which is not here`))
  }
  const pages = (await pagesOfTheRouteTable()).filter((route) => !NO_PAGE.test(route))
  assert.ok(pages.length > 50, `only ${pages.length} routes were found`)
  const missing = pages.filter((route) => !ELSEWHERE[route] && !seen.has(route.replace(/\{[^}]+\}/g, '{}')))
  t.diagnostic(`${pages.length} pages in the route table, ${seen.size} seen`)
  assert.deepEqual(missing, [])
})
