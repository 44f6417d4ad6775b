// How pages look in light, in the dark, in print, magnified, and with the system's own colours.

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { stage, checkPage, checkWidth, picture, PEOPLE, DESKTOP } from './support.mjs'

const world = stage()

/** How bright a colour of the page is, from 0 to 255. */
const brightness = async (page, selector) => await page.locator(selector).first().evaluate((node) => {
  const [r, g, b] = getComputedStyle(node).backgroundColor.match(/\d+/g).map(Number)
  return (r * 299 + g * 587 + b * 114) / 1000
})

test('light and dark follow the device, and both can be read', async () => {
  for (const [colorScheme, expected] of [['light', (b) => b > 220], ['dark', (b) => b < 50]]) {
    await world.visit({ as: PEOPLE.manager, colorScheme }, async (page) => {
      await page.goto('/team')
      assert.ok(expected(await brightness(page, 'body')), `the page in ${colorScheme}`)
      assert.ok(expected(await brightness(page, '.wr-table-frame')), `a table in ${colorScheme}`)
      await checkPage(page, `the team in ${colorScheme}`)
      await picture(page, `the team in ${colorScheme}`)
    })
  }
})

test('a quarter of weeks scrolls in its frame, by keyboard too, and the names stay in sight', async () => {
  await world.visit({ viewport: DESKTOP, as: PEOPLE.manager }, async (page) => {
    await page.goto('/team?weeks=13')
    await checkPage(page, 'the team over thirteen weeks')
    const frame = page.getByRole('region', { name: 'Hours of each person by week' })
    assert.ok(await frame.evaluate((node) => node.scrollWidth > node.clientWidth), 'wider than its frame')
    await frame.focus()
    await page.keyboard.press('End')
    for (let presses = 0; presses < 20; presses += 1) await page.keyboard.press('ArrowRight')
    await page.waitForFunction(() => document.querySelector('.wr-table-frame').scrollLeft > 0)
    const [name, edge] = [await frame.getByRole('rowheader').first().boundingBox(), await frame.boundingBox()]
    assert.ok(name.x >= edge.x && name.x < edge.x + 4, 'the name is still at the left edge')
    await picture(page, 'the team over thirteen weeks')
  })
})

test('in print the record stands alone: no navigation, no filter, no button, black on white', async () => {
  await world.visit({ as: PEOPLE.member, colorScheme: 'dark' }, async (page) => {
    await page.goto('/duties')
    await page.emulateMedia({ media: 'print' })
    for (const selector of ['.wr-navigation', '.wr-sections', '.wr-filter', '.wr-header__account', '.wr-footer__links', '.wr-download', '.govuk-button']) {
      assert.equal(await page.locator(selector).first().isVisible(), false, selector)
    }
    assert.equal(await page.getByRole('heading', { level: 1 }).isVisible(), true)
    assert.equal(await page.locator('table').first().isVisible(), true)
    assert.equal(await page.locator('body').evaluate((node) => getComputedStyle(node).backgroundColor), 'rgb(255, 255, 255)')
    assert.equal(await page.locator('h1').evaluate((node) => getComputedStyle(node).color), 'rgb(0, 0, 0)')
    await picture(page, 'my duties in print')
    const pdf = await page.pdf({ format: 'A4' })
    assert.ok(pdf.length > 10000)
  })
})

test('at 400 % zoom nothing needs to be scrolled sideways', async () => {
  // 1280 px at 400 % is 320 px.
  await world.visit({ viewport: { width: 320, height: 640 }, as: PEOPLE.manager }, async (page) => {
    for (const path of ['/', '/duties', '/duties/new', '/team', '/people', '/account', '/help']) {
      await page.goto(path)
      await checkWidth(page, `${path} at 320 px`)
    }
  })
})

test('with forced colours the current section is still marked', async () => {
  await world.visit({ viewport: DESKTOP, as: PEOPLE.manager }, async (page) => {
    await page.emulateMedia({ forcedColors: 'active' })
    await page.goto('/team')
    const areas = page.getByRole('navigation', { name: 'Areas' }).getByRole('listitem')
    const edge = async (node) => await node.evaluate((node) => getComputedStyle(node).borderBottomColor)
    const area = async (text) => await edge(areas.filter({ hasText: text }))
    assert.notEqual(await area('Team'), await area('My hours'))
    assert.equal(await area('People'), await area('My hours'))
    const section = async (text) => await edge(page.getByRole('navigation', { name: 'Team' }).getByRole('link', { name: text }))
    assert.notEqual(await section('Team hours'), await section('Approvals'))
    await checkPage(page, 'the team with forced colours')
    await picture(page, 'the team with forced colours')
  })
})
