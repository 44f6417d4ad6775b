// The first page: what needs somebody today, for each role, on a phone and on a desktop. Every figure leads to a page
// that is there, and on a phone what needs somebody stands before what is to look at.

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { stage, onEachScreen, pass, PEOPLE, PHONE } from './support.mjs'

const world = stage()

/** The headings of the page in their order, without those of the cards. */
const parts = async (page) => await page.getByRole('heading', { level: 2 }).allInnerTexts()

/** Which parts each role may have, whatever the day is like; what is not here must not be there. */
const PARTS = {
  member: ['My week'],
  manager: ['My week', 'My team'],
  hr: ['My week', 'My team', 'HR'],
  auditor: ['Assurance'],
  administrator: ['My week', 'HR', 'Appliance', 'Assurance']
}

for (const [role, allowed] of Object.entries(PARTS)) {
  onEachScreen(`the ${role} sees what is theirs, and each figure leads somewhere`, async (viewport, number, screen) => {
    await world.visit({ viewport, as: PEOPLE[role] }, async (page) => {
      assert.equal(new URL(page.url()).pathname, '/', 'signing in leads home')
      const [first, ...rest] = (await parts(page)).filter((part) => part !== 'About this service')
      assert.equal(first, 'Needs you today')
      assert.deepEqual(rest.filter((part) => !allowed.includes(part)), [], `parts that are not the ${role}'s`)
      const eyebrows = await page.locator('.wr-home__need .wr-eyebrow').allInnerTexts()
      assert.deepEqual(eyebrows.filter((part) => !allowed.includes(part)), [])
      assert.equal(await page.getByText('could not be read').count(), 0)
      await pass(page, `the first page of the ${role} on a ${screen}`)
      const links = await page.locator('.wr-home__figure a').evaluateAll((all) => all.map((one) => one.getAttribute('href')))
      assert.ok(links.length > 0, 'at least one figure')
      for (const href of links) {
        const answer = await page.goto(href)
        assert.equal(answer.status(), 200, href)
      }
    })
  })
}

test('on a phone the button to log a duty is as wide as the page, and what needs somebody comes first', async () => {
  await world.visit({ viewport: PHONE, as: PEOPLE.manager }, async (page) => {
    const button = await page.getByRole('button', { name: 'Log a duty' }).boundingBox()
    assert.ok(button.width > 300 && button.height >= 44, JSON.stringify(button))
    const needs = await page.getByRole('heading', { name: 'Needs you today' }).boundingBox()
    const week = await page.getByRole('heading', { level: 2, name: 'My week' }).boundingBox()
    assert.ok(needs.y < week.y)
    await page.getByRole('button', { name: 'Log a duty' }).click()
    await page.waitForURL(/\/duties\/new$/)
  })
})

test('a chart on the first page stands as a table too', async () => {
  await world.visit({ as: PEOPLE.manager }, async (page) => {
    const card = page.locator('#card-team-hours')
    await card.getByText('Show as a table').click()
    assert.equal(await card.getByRole('row').count(), 5, 'a header and four weeks')
  })
})

test('without JavaScript the first page says the same', async () => {
  await world.visit({ viewport: PHONE, as: PEOPLE.manager, javaScriptEnabled: false }, async (page) => {
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor()
    assert.ok(await page.locator('.wr-home__figure a').count() > 0)
  })
})
