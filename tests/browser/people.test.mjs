// People: add somebody and hand over the link for their password, change, give a role, HR fields, leave and come back.

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { stage, checkWidth, download, onEachScreen, pass, said, signIn, wrong, PEOPLE, PHONE } from './support.mjs'
import { figures, upload } from './support-imports.mjs'

const world = stage()

/** The made-up file of the fixtures with stations that the demonstration has, and numbers of its own each time. */
const file = (from) => [
  'Staff No,First Name,Surname,E-mail Address,Station,Role',
  `${from}1,Ada,Lorne,ada.lorne${from}@northmoor.example,E28,member`,
  `${from}2,Bryn,Hughes,bryn.hughes${from}@northmoor.example,Millbrook,manager`,
  `${from}3,Cleo,Martins,,W12,`,
  `${from}4,Ewan,,ewan${from}@northmoor.example,W12,member`,
  `${from}5,Freya,Lund,not an address,W12,member`,
  `${from}6,Gita,Rao,gita.rao${from}@northmoor.example,Nowhere,member`,
  `${from}7,Hal,Winter,hal.winter${from}@northmoor.example,W12,administrator`,
  `${from}1,Ada,Lorne,ada.lorne${from}@northmoor.example,E28,member`
].join('\n')

onEachScreen('somebody is added, chooses a password by the link, and signs in', async (viewport, number, screen) => {
  const [given, email] = [['Orla', 'Tegan'][number], ['orla.finch@northmoor.example', 'tegan.finch@northmoor.example'][number]]
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/people')
    await page.getByRole('button', { name: 'Add a person' }).click()
    await page.getByLabel('Given name').fill(given)
    await page.getByLabel('E-mail address').fill('not an address')
    await page.getByRole('button', { name: 'Save' }).click()
    await wrong(page, 'Family name', /Enter their family name/)
    await wrong(page, 'Home unit', /Choose their home unit/)
    await wrong(page, 'E-mail address', /Enter an e-mail address/)
    assert.equal(await page.getByLabel('Given name').inputValue(), given)
    assert.equal(await page.getByLabel('E-mail address').inputValue(), 'not an address')
    await pass(page, `adding a person with mistakes on a ${screen}`)
    await page.getByLabel('Family name').fill('Finch')
    await page.getByLabel('E-mail address').fill(PEOPLE.member)
    await page.getByLabel('Home unit').selectOption({ index: 3 })
    await page.getByRole('button', { name: 'Save' }).click()
    await wrong(page, 'E-mail address', /./)
    await page.getByLabel('E-mail address').fill(email)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { level: 1, name: /Hand this link/ }).waitFor()
    await pass(page, `the link to hand over on a ${screen}`)
    const link = await page.getByLabel('The link').inputValue()
    await page.getByRole('link', { name: /Go to the record/ }).click()
    await pass(page, `the record of somebody new on a ${screen}`)
    const record = page.url()

    await page.getByRole('link', { name: 'Change roles' }).click()
    await page.getByLabel('Manager', { exact: true }).check()
    await page.getByRole('button', { name: 'Give this role' }).click()
    await wrong(page, 'For which unit?', /unit/)
    await pass(page, `a manager of nothing on a ${screen}`)
    await page.getByLabel('Member', { exact: true }).check()
    await page.getByRole('button', { name: 'Give this role' }).click()
    await page.getByRole('link', { name: /Take away/ }).waitFor()
    await pass(page, `the roles of somebody on a ${screen}`)

    await world.visit({ viewport }, async (theirs) => {
      await theirs.goto(link)
      await theirs.getByLabel('New password', { exact: true }).fill('short')
      await theirs.getByLabel('The same password again').fill('short')
      await theirs.getByRole('button', { name: 'Set this password' }).click()
      await wrong(theirs, 'New password', /12 characters/)
      await pass(theirs, `a password that is too short on a ${screen}`)
      await theirs.getByLabel('New password', { exact: true }).fill('seven slow green boats')
      await theirs.getByLabel('The same password again').fill('seven slow green boats')
      await theirs.getByRole('button', { name: 'Set this password' }).click()
      await said(theirs, /Your password is set/)
      await signIn(theirs, email, 'seven slow green boats')
      await theirs.waitForURL(/welcome/)
      await theirs.getByRole('button', { name: 'Continue' }).click()
      await theirs.waitForURL((url) => !url.pathname.startsWith('/welcome'))
      assert.equal(await theirs.getByRole('heading', { level: 1 }).innerText(), 'Home')
      await pass(theirs, `home of somebody new on a ${screen}`)
      const spent = await theirs.goto(link)
      assert.ok([404, 410, 200].includes(spent.status()))
      await theirs.getByRole('heading', { level: 1, name: 'This link no longer works' }).waitFor()
      await pass(theirs, `a link that was used on a ${screen}`)

      await page.goto(record)
      await page.getByRole('link', { name: 'Record that they left' }).click()
      await pass(page, `asked before somebody leaves on a ${screen}`)
      await page.getByRole('button', { name: 'Record that they left' }).click()
      await said(page, /no longer sign in/)
      await pass(page, `somebody who left on a ${screen}`)
      await theirs.goto('/duties')
      assert.match(theirs.url(), /sign-in/, 'where they were signed in, it has ended')
    })
    await page.getByRole('button', { name: 'Record that they came back' }).click()
    await said(page, /work here again/)
  })
})

onEachScreen('details are changed, and what is wrong is said beside the field', async (viewport, number, screen) => {
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/people?q=Whitlock')
    await page.locator('tbody').getByRole('link', { name: /Whitlock/ }).click()
    await page.getByRole('button', { name: 'Edit' }).click()
    await page.getByLabel('Telephone number').fill('1')
    await page.getByLabel('Employee number').fill('N0001')
    await page.getByRole('button', { name: 'Save' }).click()
    await wrong(page, 'Telephone number', /whole telephone number/)
    await page.getByLabel('Telephone number').fill('01632 960001')
    await page.getByRole('button', { name: 'Save' }).click()
    await wrong(page, 'Employee number', /./)
    await pass(page, `a number that somebody else has on a ${screen}`)
    await page.getByLabel('Employee number').fill(`N90${number}`)
    await page.getByRole('button', { name: 'Save' }).click()
    await said(page, /Details saved/)
    assert.match(await page.getByRole('main').innerText(), /01632 960001/)
  })
})

onEachScreen('a file of people is checked, and the same file adds nobody twice', async (viewport, number, screen) => {
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    for (const [run, ready] of [['first', '3'], ['second', '0']]) {
      await upload(page, 'People', `people-${run}.csv`, file(`3${number}`))
      await page.getByRole('button', { name: 'Say which column is what' }).click()
      await page.getByRole('button', { name: 'Check the rows' }).click()
      await page.locator('.wr-figures').waitFor()
      const found = await figures(page)
      assert.equal(found.Rows, '8')
      assert.equal(found.Ready, ready, JSON.stringify(found))
      assert.equal(Number(found.Ready) + Number(found['Here already']) + Number(found.Rejected), 8, JSON.stringify(found))
      assert.ok(Number(found.Rejected) >= 4, JSON.stringify(found))
      await pass(page, `a file of people, the ${run} time, on a ${screen}`)
      const rejected = await download(page, page.getByRole('link', { name: /Download the rejected rows/ }))
      assert.match(rejected.text, /Gita,Rao/)
      if (run === 'first') {
        await page.getByRole('button', { name: /^Import 3 people/ }).click()
        await page.getByText(/imported on/).waitFor()
      }
    }
    await page.goto('/people?q=Lorne')
    assert.equal(await page.locator('tbody tr').count(), 1 + number)
  })
})

onEachScreen('HR keeps the HR fields, the person reads them, and the administrator does not', async (viewport, number, screen) => {
  await world.visit({ viewport, as: PEOPLE.hr }, async (page) => {
    await page.goto('/people?q=Marsh')
    await page.locator('tbody').getByRole('link', { name: /Marsh/ }).click()
    const record = new URL(page.url()).pathname
    await pass(page, `a record as HR sees it on a ${screen}`)
    await page.getByRole('link', { name: 'HR fields' }).click()
    await page.getByRole('button', { name: 'Edit' }).click()
    await page.getByLabel('Contract', { exact: false }).first().fill('Whole-time')
    await page.getByLabel(/next of kin/i).fill('Pat Marsh, 01632 960002')
    await page.getByLabel('Day').fill('31')
    await page.getByLabel('Month').fill('2')
    await page.getByLabel('Year').fill('2020')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('alert').waitFor()
    assert.match(await page.getByLabel(/next of kin/i).inputValue(), /Pat Marsh/)
    await pass(page, `HR fields with a day that is none on a ${screen}`)
    await page.getByLabel('Day').fill('1')
    await page.getByRole('button', { name: 'Save' }).click()
    assert.match(await page.getByRole('main').innerText(), /Pat Marsh/)
    await pass(page, `HR fields on a ${screen}`)
    await world.visit({ viewport, as: PEOPLE.member }, async (own) => {
      await own.goto('/account')
      await own.getByRole('link', { name: 'What HR holds about you' }).click()
      assert.match(await own.getByRole('main').innerText(), /Pat Marsh/)
      await pass(own, `what HR holds about the reader on a ${screen}`)
    })
    await world.visit({ viewport, as: PEOPLE.administrator }, async (admin) => {
      assert.ok((await admin.goto(`${record}/hr`)).status() >= 403)
      await admin.goto(record)
      assert.equal(await admin.getByRole('link', { name: 'HR fields' }).count(), 0)
    })
  })
})

test('without JavaScript somebody is added and leaves', async () => {
  await world.visit({ viewport: PHONE, javaScriptEnabled: false }, async (page) => {
    await signIn(page, PEOPLE.administrator)
    await page.goto('/people/new')
    await page.getByLabel('Given name').fill('Noel')
    await page.getByLabel('Family name').fill('Script')
    await page.getByLabel('Home unit').selectOption({ index: 2 })
    await page.getByLabel('Open an account for them').uncheck()
    await checkWidth(page, 'adding without JavaScript')
    await page.getByRole('button', { name: 'Save' }).click()
    await said(page, /Noel Script was added/)
    await page.getByRole('link', { name: 'Record that they left' }).click()
    await page.getByRole('button', { name: 'Record that they left' }).click()
    await said(page, /Recorded/)
  })
})
