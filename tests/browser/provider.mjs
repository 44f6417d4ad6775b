// A real OpenID provider for the tests: oidc-provider, which is certified, with a few people and their groups.
// It runs on this host over plain HTTP (sso.allow_loopback_http); its own pages sign people in.

import https from 'node:https'
import { Provider } from 'oidc-provider'

export const CLIENT = { id: 'watchroom', secret: 'a secret that only the two of them know' }

/** Who can sign in there: the login is the subject; any password does. */
export const ACCOUNTS = {
  jo: { email: 'jo.new@northmoor.example', email_verified: true, given_name: 'Jo', family_name: 'Newcomer', groups: ['firefighters', 'watch-red'] },
  chris: { email: 'member@northmoor.example', email_verified: true, given_name: 'Chris', family_name: 'Cole', groups: ['firefighters'] },
  mallory: { email: 'admin@northmoor.example', email_verified: false, given_name: 'Mallory', family_name: 'Mist', groups: ['administrators'] },
  alex: { email: 'admin@northmoor.example', email_verified: true, given_name: 'Alex', family_name: 'Archer', groups: [] },
  nomail: { given_name: 'No', family_name: 'Mail', groups: [] }
}

// Its own address has a certificate of its own making; in service the provider would be given that authority.
async function fetchAnyway (url, options = {}) {
  return await new Promise((resolve, reject) => {
    const request = https.request(url, { method: options.method ?? 'GET', headers: Object.fromEntries(new Headers(options.headers)), rejectUnauthorized: false }, (answer) => {
      const chunks = []
      answer.on('data', (chunk) => chunks.push(chunk))
      answer.on('end', () => resolve(new Response(chunks.length ? Buffer.concat(chunks) : null, { status: answer.statusCode })))
    })
    request.on('error', reject)
    request.end(options.body ? String(options.body) : undefined)
  })
}

/** Starts it on `port` for a client with these addresses; what it told others is in `told`. */
export async function startProvider ({ port, returnAddress, signOutAddress, conformIdTokenClaims = true }) {
  const told = []
  const issuer = `http://localhost:${port}`
  const provider = new Provider(issuer, {
    clients: [{
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
      redirect_uris: [returnAddress],
      backchannel_logout_uri: signOutAddress,
      backchannel_logout_session_required: true
    }],
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'given_name', 'family_name'],
      groups: ['groups']
    },
    scopes: ['openid', 'email', 'profile', 'groups'],
    conformIdTokenClaims,
    pkce: { required: () => true },
    features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    findAccount: (_ctx, id) => ACCOUNTS[id] && { accountId: id, claims: () => ({ sub: id, ...ACCOUNTS[id] }) },
    fetch: fetchAnyway,
    cookies: { keys: ['only for tests'] },
    ttl: { Session: 600, Grant: 600, IdToken: 300, Interaction: 600, AccessToken: 300, AuthorizationCode: 60 }
  })
  provider.on('backchannel.success', (_ctx, client, account, sid) => told.push({ ok: true, account, sid }))
  provider.on('backchannel.error', (_ctx, error) => told.push({ ok: false, error: String(error) }))
  provider.on('server_error', (_ctx, error) => console.error('provider:', error))
  const server = await new Promise((resolve, reject) => {
    const server = provider.listen(port, '127.0.0.1', () => resolve(server))
    server.on('error', reject)
  })
  const stop = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { issuer, told, stop }
}

/** Goes through the provider's own pages as `login`; ends wherever the provider sends the browser. */
export async function signInThere (page, login) {
  await page.locator('input[name=login]').fill(login)
  await page.locator('input[name=password]').fill('anything')
  const there = new URL(page.url()).origin
  await page.locator('button[type=submit]').click()
  // It asks for consent or it does not, in its own time.
  const consent = page.locator('button[type=submit]', { hasText: 'Continue' })
  for (let tries = 0; tries < 150 && new URL(page.url()).origin === there; tries++) {
    if (await consent.isVisible()) return await consent.click()
    await page.waitForTimeout(100)
  }
}

/**
 * Sends the first request whose address fits `pattern` on to the address that `change` makes of it, or drops it when
 * that is null. By the browser's own protocol, for a page's routes do not see where a redirect leads.
 */
export async function divert (page, pattern, change) {
  const browser = await page.context().newCDPSession(page)
  const answer = async ({ requestId, request }) => {
    const to = change(new URL(request.url))
    if (to === null) await browser.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' })
    else await browser.send('Fetch.fulfillRequest', { requestId, responseCode: 303, responseHeaders: [{ name: 'Location', value: to.href }] })
    await browser.send('Fetch.disable')
  }
  // The test may be over, and the page closed, before the browser has answered to all of it.
  browser.once('Fetch.requestPaused', (paused) => answer(paused).catch((error) => {
    if (!page.isClosed()) throw error
  }))
  await browser.send('Fetch.enable', { patterns: [{ urlPattern: pattern, requestStage: 'Request' }] })
}
