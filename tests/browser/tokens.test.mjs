// Tokens: made under "Your account", used by a program that has nothing else, rotated, looked at and revoked.

import assert from 'node:assert/strict'
import { request } from 'node:https'
import { stage, onEachScreen, pass, download, said, wrong, PEOPLE } from './support.mjs'

const world = stage()

/** Asks the API as a program does: with a token and no cookie. */
async function api (path, token) {
  const options = { headers: { authorization: `Bearer ${token}` }, rejectUnauthorized: false }
  return await new Promise((resolve, reject) => {
    request(`${world.demo.url}${path}`, options, (answer) => {
      let text = ''
      answer.on('data', (chunk) => { text += chunk })
      answer.on('end', () => resolve({ status: answer.statusCode, json: JSON.parse(text) }))
    }).on('error', reject).end()
  })
}

const shown = async (page) => (await page.getByLabel('The token').inputValue()).trim()

onEachScreen('a program is let in by a token, and only as far as it says', async (viewport, number, screen) => {
  const name = `Rota export ${screen}`
  await world.visit({ viewport, as: PEOPLE.member }, async (page) => {
    await page.goto('/account')
    await page.getByRole('link', { name: 'Your tokens' }).click()
    await pass(page, `your tokens at first on a ${screen}`)
    await page.getByRole('button', { name: 'Make a token' }).first().click()
    await pass(page, `making a token on a ${screen}`)
    await page.getByRole('button', { name: 'Make the token' }).click()
    await wrong(page, 'What is it for?', /Say what the token is for/)
    await page.getByLabel('What is it for?').fill(name)
    await page.getByRole('checkbox', { name: /Read duties/ }).check()
    await page.getByRole('button', { name: 'Make the token' }).click()
    await pass(page, `a token that was made on a ${screen}`)
    const first = await shown(page)
    assert.match(first, /^wrp_[0-9a-zA-Z]{72}$/)
    const duties = await api('/api/v1/duties', first)
    assert.equal(duties.status, 200)
    const me = await api('/api/v1/session', first)
    assert.deepEqual(me.json.permissions, ['duty.read'])

    await page.getByRole('link', { name: /I have copied it/ }).click()
    await page.getByRole('button', { name: 'Rotate' }).click()
    await page.getByRole('radio', { name: 'One hour' }).check()
    await pass(page, `rotating a token on a ${screen}`)
    await page.getByRole('button', { name: 'Make a new text' }).click()
    const second = await shown(page)
    for (const text of [first, second]) assert.equal((await api('/api/v1/duties', text)).status, 200)

    await page.getByRole('link', { name: /I have copied it/ }).click()
    // Uses are written a moment later.
    for (let tries = 0; tries < 40 && await page.getByText('api.duty.list').count() === 0; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 500))
      await page.reload()
    }
    await pass(page, `a token and its uses on a ${screen}`)
    const file = await download(page, page.getByRole('button', { name: 'Download CSV' }))
    assert.equal(file.name, 'token-uses.csv')
    assert.match(file.text, /api\.duty\.list,200,/)

    await page.getByRole('button', { name: 'Revoke' }).click()
    await pass(page, `revoking a token on a ${screen}`)
    await page.getByRole('button', { name: 'Revoke the token' }).click()
    await said(page, /revoked/i)
    for (const text of [first, second]) assert.equal((await api('/api/v1/duties', text)).status, 401)
  })
  await world.visit({ viewport, as: PEOPLE.administrator }, async (page) => {
    await page.goto('/tokens')
    await page.getByRole('link', { name }).waitFor()
    await pass(page, `all tokens on a ${screen}`)
    const file = await download(page, page.getByRole('button', { name: 'Download CSV' }))
    assert.match(file.text, new RegExp(`${name},personal,.*,revoked,`))
  })
})
