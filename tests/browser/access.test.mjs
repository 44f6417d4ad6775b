// Roles of one's own, roles with dates, roles that take a second person, who can see what and who did, see as.

import assert from 'node:assert/strict'
import { stage, daysAgo, onEachScreen, pass, said, wrong, PEOPLE, RESTED } from './support.mjs'

const world = stage()

const main = async (page) => await page.getByRole('main').innerText()

/** The roles of somebody, by their family name. */
async function rolesOf (page, name) {
  await page.goto(`/people?q=${name}`)
  await page.locator('tbody').getByRole('link', { name: new RegExp(name, 'i') }).first().click()
  await page.getByRole('link', { name: 'Change roles' }).click()
}

const familyName = (email) => email.split('@')[0].split('.')[1]

onEachScreen('a role is built from the catalogue, given from one day to another, and changed', async (viewport, number, screen) => {
  const name = ['Watch deputy', 'Crew deputy'][number]
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/roles')
    await pass(page, `roles on a ${screen}`)
    await page.getByRole('button', { name: 'Build a role' }).click()
    await page.getByRole('button', { name: 'Build this role' }).click()
    await wrong(page, 'What is the role called?', /Enter a name/)
    await wrong(page, 'What is it for?', /Say in a sentence/)
    await pass(page, `a role without a name on a ${screen}`)
    await page.getByLabel('What is the role called?').fill(name)
    await page.getByLabel('What is it for?').fill('Stands in for the manager of one watch.')
    await page.getByRole('button', { name: 'Build this role' }).click()
    await wrong(page, 'Read duties, without their notes', /at least one/)
    await page.getByLabel('Read duties, without their notes').selectOption('duty.read:unit')
    await page.getByLabel('See people, their unit and how to reach them').selectOption('people.read:unit')
    await page.getByRole('button', { name: 'Build this role' }).click()
    await said(page, /Role built/)
    assert.match(await main(page), /0 people have it/)
    await pass(page, `a role of one's own on a ${screen}`)
    const role = page.url()

    await rolesOf(page, familyName(RESTED[2 + number]))
    await page.getByLabel(name, { exact: true }).check()
    await page.getByLabel('For which unit?').selectOption({ index: 2 })
    await page.getByLabel('From which day? (optional)').fill(daysAgo(-7))
    await page.getByLabel('Last day (optional)').fill(daysAgo(3))
    await page.getByRole('button', { name: 'Give this role' }).click()
    await wrong(page, 'Last day (optional)', /./)
    await pass(page, `a role that ends before it begins on a ${screen}`)
    await page.getByLabel('Last day (optional)').fill(daysAgo(-37))
    await page.getByRole('button', { name: 'Give this role' }).click()
    await said(page, /Role given/)
    const given = page.locator('tbody tr', { hasText: name })
    assert.match(await given.innerText(), /Not yet/)
    await pass(page, `a role with dates on a ${screen}`)

    await page.goto(role)
    await page.getByRole('button', { name: 'Change' }).click()
    await pass(page, `a role being changed on a ${screen}`)
    await page.getByLabel('Read duties, without their notes').selectOption('duty.read:below')
    await page.getByRole('button', { name: 'Save' }).click()
    await said(page, /Role saved/)
    await page.getByRole('link', { name: 'Retire this role' }).click()
    await page.getByRole('button', { name: 'Retire this role' }).click()
    assert.match(await main(page), /Somebody has this role/)
    await pass(page, `a role that cannot be retired on a ${screen}`)
  })
})

onEachScreen('a built-in role is copied and never changed', async (viewport, number, screen) => {
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/roles')
    await page.getByRole('main').getByRole('link', { name: 'Manager', exact: true }).first().click()
    assert.equal(await page.getByRole('button', { name: 'Change' }).count(), 0)
    await pass(page, `a built-in role on a ${screen}`)
    await page.getByRole('link', { name: 'Build a role from a copy of this one' }).click()
    assert.equal(await page.getByLabel('Read duties, without their notes').inputValue(), 'duty.read:below')
    await page.getByLabel('What is the role called?').fill('Manager')
    await page.getByRole('button', { name: 'Build this role' }).click()
    await wrong(page, 'What is the role called?', /a role has this one/)
    await page.getByLabel('What is the role called?').fill(`Area manager ${number}`)
    await page.getByRole('button', { name: 'Build this role' }).click()
    await said(page, /Role built/)
  })
})

onEachScreen('an administrator reads HR fields only after a second one approved it', async (viewport, number, screen) => {
  const second = RESTED[number]
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    await rolesOf(page, familyName(second))
    await page.getByLabel('Administrator', { exact: true }).check()
    await page.getByRole('button', { name: 'Give this role' }).click()
    await said(page, /Role given/)

    await page.goto('/account')
    await page.getByRole('link', { name: 'Your roles' }).click()
    await page.getByLabel('HR', { exact: true }).check()
    await page.getByRole('button', { name: 'Ask for this role' }).click()
    await wrong(page, /^Why\?/, /Say why/)
    await pass(page, `a role for oneself without a reason on a ${screen}`)
    await page.getByLabel(/^Why\?/).fill('Covers for HR while they are away')
    await page.getByRole('button', { name: 'Ask for this role' }).click()
    await said(page, /second person/)
    assert.match(await main(page), /Waiting/)
    assert.equal(await page.getByRole('button', { name: 'Approve' }).count(), 0, 'who asks does not approve')
    await pass(page, `a request of one's own on a ${screen}`)
    await page.goto('/people?q=Marsh')
    await page.locator('tbody').getByRole('link', { name: /Marsh/ }).click()
    const hr = `${page.url()}/hr`
    assert.equal((await page.goto(hr)).status(), 403)

    await world.visit({ viewport, as: second }, async (other) => {
      await other.goto('/roles')
      await other.getByRole('link', { name: 'Roles that wait for a second person' }).click()
      await pass(other, `a request to decide on a ${screen}`)
      await other.getByRole('button', { name: 'Approve' }).click()
      await said(other, /Approved/)
      assert.equal((await page.goto(hr)).status(), 200)
      await pass(page, `HR fields as an administrator with HR on a ${screen}`)

      await page.goto('/account')
      await page.getByRole('link', { name: 'Your roles' }).click()
      assert.match(await main(page), /Approved by two/)
      const mine = `${new URL(page.url()).pathname}`
      await other.goto(mine)
      await other.getByRole('link', { name: 'Take away HR' }).click()
      await other.getByRole('button', { name: /Take/ }).click()
      await said(other, /Role taken away/)
    })
    assert.equal((await page.goto(hr)).status(), 403)
    // The next one finds what this one found.
    await rolesOf(page, familyName(second))
    await page.getByRole('link', { name: 'Take away Administrator' }).click()
    await page.getByRole('button', { name: /Take/ }).click()
    await said(page, /Role taken away/)
  })
})

onEachScreen('who can see a duty, and who did', async (viewport, number, screen) => {
  await world.visit({ viewport, as: PEOPLE.member }, async (own) => {
    await own.goto('/duties')
    await own.locator('a[href^="/duties/0"]').first().click()
    const duty = new URL(own.url()).pathname
    await own.getByRole('link', { name: 'Who can see this?' }).click()
    await own.getByRole('heading', { level: 1, name: 'Who can see your duty' }).waitFor()
    const text = await main(own)
    assert.match(text, /Manager/)
    assert.match(text, /duty\.read/)
    assert.match(text, /Private note[\s\S]*No role reads it but the person's own/)
    await pass(own, `who can see a duty on a ${screen}`)

    await world.visit({ viewport, as: PEOPLE.manager }, async (manager) => {
      await manager.goto(duty)
      await manager.getByRole('link', { name: 'Who can see this?' }).click()
      const parts = await main(manager)
      assert.match(parts, /left out/)
      assert.doesNotMatch(parts, /Private note/)
      await pass(manager, `who can see a duty, as its manager asks, on a ${screen}`)
    })
    await world.visit({ viewport, as: PEOPLE.administrator }, async (admin) => {
      assert.equal((await admin.goto(duty)).status(), 404, 'an administrator reads no duty')
      await admin.goto(`${duty}/access`)
      assert.match(await main(admin), /duty\.note\.read/)
      await pass(admin, `who can see a duty, as an administrator asks, on a ${screen}`)
    })

    await own.goto('/account')
    await own.getByRole('link', { name: 'Who opened your record' }).click()
    const receipts = await main(own)
    assert.match(receipts, /Opened one of your duties/)
    assert.match(receipts, /Asked who can see your record/)
    await pass(own, `receipts on a ${screen}`)
    await own.getByRole('link', { name: 'Who can see my record' }).click()
    assert.match(await main(own), /Next of kin[\s\S]*hr\.kin\.read/)
    await pass(own, `who can see a record on a ${screen}`)
  })
})

onEachScreen('the console is seen as a role, on made-up records alone', async (viewport, number, screen) => {
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/people')
    const real = (await page.locator('tbody tr').first().innerText()).split(/[\t\n]/)[0]
    await page.goto('/roles')
    await page.getByRole('main').getByRole('link', { name: ['Manager', 'HR'][number], exact: true }).first().click()
    await page.getByRole('button', { name: 'See as this role' }).click()
    await page.getByText('Everybody and everything here is made up').waitFor()
    await pass(page, `seen as a role on a ${screen}`)
    await page.goto('/people')
    const people = await main(page)
    assert.match(people, /Specimen/)
    assert.doesNotMatch(people, new RegExp(real))
    await page.locator('tbody').getByRole('link', { name: /Specimen/ }).click()
    await pass(page, `a made-up record on a ${screen}`)
    await page.goto(['/team', '/team'][number])
    await pass(page, `the hours of made-up people on a ${screen}`)
    await page.getByRole('button', { name: 'Leave the preview' }).click()
    await said(page, /as yourself again/)
    assert.equal(await page.getByRole('button', { name: 'Leave the preview' }).count(), 0)
    await page.goto('/people')
    assert.match(await main(page), new RegExp(real))
  })
})
