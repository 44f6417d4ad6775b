// A vault that opens with a passkey: added, locked, opened, read; an authenticator that has no secret to give. Chromium's
// virtual authenticator stands in for a phone's.

import assert from 'node:assert/strict'
import { stage, onEachScreen, pass, said, wrong } from './support.mjs'

const world = stage()

/** One for each screen, neither of whom has a vault or a passkey yet. */
const KEEPERS = ['ewan.fraser', 'dev.chandra'].map((name) => `${name}@northmoor.example`)
const PASSPHRASE = 'marble teapot quiet gorse'

async function authenticator (page, hasPrf) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      hasPrf,
      automaticPresenceSimulation: true
    }
  })
  return { cdp, authenticatorId }
}

async function addToAccount (page, name) {
  await page.goto('/account/factors/passkeys/new')
  await page.getByLabel('What to call it').fill(name)
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('heading', { name: /Your recovery codes|Second factors/ }).first().waitFor()
}

async function lock (page) {
  await page.goto('/wellbeing')
  await page.getByRole('button', { name: 'Lock and leave' }).click()
  await said(page, /Locked/)
}

onEachScreen('a vault opens with a passkey, and says what to do where it cannot', async (viewport, number, screen) => {
  const text = `Only for me, number ${number + 1}.`
  await world.visit({ viewport, as: KEEPERS[number] }, async (page) => {
    await page.goto('/wellbeing/vault/new')
    await page.getByLabel('Wellbeing passphrase', { exact: true }).fill(PASSPHRASE)
    await page.getByLabel('The same passphrase again').fill(PASSPHRASE)
    await page.getByLabel(/^I understand/).check()
    await page.getByRole('button', { name: 'Set up the vault' }).click()
    await page.getByRole('button', { name: 'I have written it down' }).click()
    await page.goto('/wellbeing/notes/new')
    await page.getByLabel('What do you want to keep? (optional)').fill(text)
    await page.getByRole('button', { name: 'Keep note' }).click()
    await said(page, /Kept/)

    // No passkey yet, then one that has no secret to give.
    await page.goto('/wellbeing/vault')
    await page.getByRole('link', { name: 'Unlock with a passkey' }).click()
    await page.getByText('No passkey opens it yet').waitFor()
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByText('You have no other passkey for this address').waitFor()
    await pass(page, `a vault without passkeys on a ${screen}`)
    const old = await authenticator(page, false)
    await addToAccount(page, 'Old key')
    await page.goto('/wellbeing/vault/passkeys')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByText('This passkey cannot unlock').waitFor()
    await pass(page, `a passkey that cannot unlock on a ${screen}`)
    await old.cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: old.authenticatorId })

    await authenticator(page, true)
    await addToAccount(page, 'My phone')
    await page.goto('/wellbeing/vault/passkeys')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await said(page, /This passkey opens your vault/)
    await page.getByRole('button', { name: 'Remove the passkey My phone' }).waitFor()
    await pass(page, `a vault with a passkey on a ${screen}`)

    await lock(page)
    await page.goto('/wellbeing')
    await page.getByRole('button', { name: 'Unlock' }).click()
    await page.getByRole('button', { name: 'Unlock with a passkey' }).waitFor()
    await pass(page, `unlocking with a passkey on a ${screen}`)
    await page.getByRole('button', { name: 'Unlock with a passkey' }).click()
    await page.locator('tbody th a').first().click()
    await page.getByText(text).waitFor()
    await page.goto('/wellbeing/vault')
    await page.getByText('Unlocked with a passkey').first().waitFor()
    await page.getByText('Passkey added').first().waitFor()
    await pass(page, `receipts of passkeys on a ${screen}`)

    // A secret that was changed on its way is refused beside the button, and the passphrase still works.
    await lock(page)
    await page.goto('/wellbeing/unlock')
    await page.evaluate(() => {
      const send = HTMLFormElement.prototype.submit
      HTMLFormElement.prototype.submit = function () {
        this.elements.secret.value = 'A'.repeat(43)
        send.call(this)
      }
    })
    await page.getByRole('button', { name: 'Unlock with a passkey' }).click()
    await page.getByText('This passkey did not open your vault').first().waitFor()
    await pass(page, `a passkey that was refused on a ${screen}`)
    await page.getByLabel('Wellbeing passphrase', { exact: true }).fill('not the right one')
    await page.getByRole('button', { name: 'Unlock', exact: true }).click()
    await wrong(page, 'Wellbeing passphrase', /does not open your vault/)
    await page.getByLabel('Wellbeing passphrase', { exact: true }).fill(PASSPHRASE)
    await page.getByRole('button', { name: 'Unlock', exact: true }).click()
    await page.locator('tbody th a').first().waitFor()

    await page.goto('/wellbeing/vault/passkeys')
    await page.getByRole('button', { name: 'Remove the passkey My phone' }).click()
    await said(page, /no longer opens your vault/)
    await lock(page)
    await page.goto('/wellbeing/unlock')
    assert.equal(await page.getByRole('button', { name: 'Unlock with a passkey' }).count(), 0)
  })
})
