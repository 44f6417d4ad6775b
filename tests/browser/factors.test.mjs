// Second factors as people use them: a passkey beside the password and instead of it, an authenticator app, recovery
// codes, guesses that run out, and proving again who one is. Chromium's virtual authenticator stands in for a finger.

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { stage, startDemo, signIn, checkPage, picture, PASSWORD, PEOPLE, PHONE, DESKTOP } from './support.mjs'

const world = stage(() => startDemo({
  // A proof is good for a minute here, so that the test that waits for its end need not wait for ten.
  WATCHROOM_SIGN_IN__SESSION__STEP_UP_MINUTES: '1',
  WATCHROOM_SIGN_IN__REFUSAL_MS: '0'
}))

async function withAuthenticator (page, { verified = true } = {}) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: verified,
      automaticPresenceSimulation: true
    }
  })
  return { cdp, authenticatorId }
}

/** The six digits that an app with this secret shows at `seconds`. */
function code (secret, seconds = Date.now() / 1000) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret.replace(/\s/g, '')].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(seconds / 30)))
  const mac = createHmac('sha1', key).update(step).digest()
  const at = mac[19] & 15
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, '0')
}

async function halfSignIn (page, email) {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL(/\/sign-in\/factor/)
}

async function signOut (page) {
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click()
  await page.waitForURL(/sign-in/)
}

for (const [device, viewport, email] of [['phone', PHONE, PEOPLE.member], ['desktop', DESKTOP, PEOPLE.manager]]) {
  test(`a passkey is added, used beside the password and instead of it, and removed, on a ${device}`, async () => {
    await world.visit({ viewport }, async (page) => {
      const { cdp, authenticatorId } = await withAuthenticator(page)
      await signIn(page, email)
      await page.goto('/account/factors')
      await checkPage(page, `second factors, none yet, on a ${device}`)
      await picture(page, `factors-none-${device}`)
      await page.getByRole('button', { name: 'Add a passkey' }).click()
      await page.getByLabel('What to call it').fill('Station tablet')
      await checkPage(page, `adding a passkey on a ${device}`)
      await picture(page, `passkey-new-${device}`)
      await page.getByRole('button', { name: 'Go on' }).click()
      await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor()
      assert.equal(await page.locator('.wr-codes li').count(), 10)
      await checkPage(page, `recovery codes on a ${device}`)
      await picture(page, `recovery-codes-${device}`)
      await page.getByRole('button', { name: 'I have kept them' }).click()
      await page.getByText('Station tablet').first().waitFor()
      await checkPage(page, `second factors on a ${device}`)
      await picture(page, `factors-passkey-${device}`)

      await signOut(page)
      await halfSignIn(page, email)
      await checkPage(page, `the second factor on a ${device}`)
      await picture(page, `factor-passkey-${device}`)
      await page.getByRole('button', { name: 'Use your passkey' }).click()
      await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))

      await signOut(page)
      await picture(page, `sign-in-passkey-${device}`)
      await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
      await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
      await page.goto('/account/sessions')
      await page.getByText('Passkey').first().waitFor()
      await checkPage(page, `sessions on a ${device}`)
      await picture(page, `sessions-${device}`)

      // A finger that is not the owner's opens nothing, and the page says what to do.
      await signOut(page)
      await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
      await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
      await page.getByText('Nothing came back from the passkey').waitFor()
      await checkPage(page, `a passkey that was refused, on a ${device}`)
      await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })

      await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
      await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
      await page.goto('/account/factors')
      await page.getByRole('link', { name: /Remove the passkey Station tablet/ }).click()
      await checkPage(page, `removing a passkey on a ${device}`)
      await page.getByRole('button', { name: 'Remove it' }).click()
      await page.getByText('The passkey is removed').waitFor()
      await signOut(page)
      await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
      await page.getByText('The passkey was not accepted').waitFor()
    })
  })
}

test('an authenticator app is set up, signs in, gives way to a recovery code; guesses run out', async () => {
  await world.visit({ viewport: PHONE }, async (page) => {
    await signIn(page, PEOPLE.hr)
    await page.goto('/account/factors')
    await page.getByRole('button', { name: 'Set up an authenticator app' }).click()
    await page.getByRole('heading', { name: 'Set up an authenticator app' }).waitFor()
    await checkPage(page, 'setting up an authenticator app')
    await picture(page, 'totp-phone')
    const secret = await page.locator('code').textContent()
    await page.getByLabel('The six digits that the app shows now').fill('000')
    await page.getByRole('button', { name: 'Finish' }).click()
    await page.getByRole('alert').waitFor()
    assert.equal(await page.locator('code').textContent(), secret)
    await checkPage(page, 'a wrong first code')
    await page.getByLabel('The six digits that the app shows now').fill(code(secret))
    await page.getByRole('button', { name: 'Finish' }).click()
    await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor()
    const recovery = await page.locator('.wr-codes li').allTextContents()
    await signOut(page)

    // The code that set it up is spent; the next step's is good within the allowance for clocks.
    await halfSignIn(page, PEOPLE.hr)
    await page.getByLabel('Code from your authenticator app').fill(code(secret, Date.now() / 1000 + 30))
    await picture(page, 'factor-totp-phone')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
    await signOut(page)

    await halfSignIn(page, PEOPLE.hr)
    await page.getByText('Use a recovery code instead').click()
    await page.getByLabel('Recovery code', { exact: true }).fill(recovery[0].toUpperCase())
    await checkPage(page, 'the second factor with the recovery code open')
    await picture(page, 'factor-recovery-phone')
    await page.getByRole('button', { name: 'Use this code' }).click()
    await page.waitForURL(/account\/factors/)
    await page.getByText('9 of 10 left').waitFor()
    await signOut(page)

    await halfSignIn(page, PEOPLE.hr)
    for (let guess = 0; guess < 11; guess += 1) {
      await page.getByLabel('Code from your authenticator app').fill('123')
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.getByRole('alert').first().waitFor()
    }
    await page.getByText(/Too many attempts/).first().waitFor()
    await checkPage(page, 'too many guesses at the factor')
    await picture(page, 'factor-locked-phone')
  })
})

test('signing in and setting up an app need no JavaScript', async () => {
  await world.visit({ viewport: PHONE, javaScriptEnabled: false }, async (page) => {
    await signIn(page, PEOPLE.auditor)
    await page.goto('/account/factors')
    await page.getByRole('button', { name: 'Set up an authenticator app' }).click()
    const secret = await page.locator('code').textContent()
    await page.getByLabel('The six digits that the app shows now').fill(code(secret))
    await page.getByRole('button', { name: 'Finish' }).click()
    await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor()
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await halfSignIn(page, PEOPLE.auditor)
    await page.getByLabel('Code from your authenticator app').fill(code(secret, Date.now() / 1000 + 30))
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
  })
})

for (const [device, viewport] of [['phone', PHONE], ['desktop', DESKTOP]]) {
  test(`giving a role asks who one is, keeps the form and goes on, on a ${device}`, async () => {
    await world.visit({ viewport }, async (page) => {
      await signIn(page, PEOPLE.administrator)
      await page.goto('/people')
      await page.locator('main table a[href^="/people/"]').first().click()
      await page.getByRole('link', { name: /roles/i }).first().click()
      const give = page.getByRole('button', { name: /give/i }).first()
      await give.waitFor()
      // The one minute that this demonstration gives to a proof goes by.
      await page.waitForTimeout(61_000)
      await give.click()
      await page.getByRole('heading', { name: 'Confirm it is you' }).waitFor()
      await checkPage(page, `the page that asks for a proof on a ${device}`)
      await picture(page, `step-up-${device}`)
      await page.getByLabel('Your password', { exact: true }).fill('not the password')
      await page.getByRole('button', { name: 'Confirm', exact: true }).click()
      await page.getByText('This is not your password').first().waitFor()
      await checkPage(page, `a wrong proof on a ${device}`)
      await page.getByLabel('Your password', { exact: true }).fill(PASSWORD)
      await page.getByRole('button', { name: 'Confirm', exact: true }).click()
      await page.getByText('What you filled in has been kept').waitFor()
      await checkPage(page, `going on after a proof on a ${device}`)
      await picture(page, `go-on-${device}`)
      await page.getByRole('button', { name: 'Go on' }).click()
      await page.waitForURL(/\/people\/.*\/roles/)
    })
  })
}
