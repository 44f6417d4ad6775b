// The real program under test: where it is, and how it is started and stopped.

import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import path from 'node:path'

export const ROOT = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..')
export const PROGRAM = process.env.PROGRAM ?? path.join(ROOT, 'target/debug/watchroom')

export async function freePort () {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Starts `watchroom ARGS`; resolves when it has said `word`. `stop` asks it to end and gives its exit code. */
export async function startProgram (args, environment, word) {
  const metrics = await freePort()
  const child = spawn(PROGRAM, args, {
    // A crawl of all pages by one account is more than anybody should ask for.
    env: {
      ...process.env, WATCHROOM_RATE_LIMITS__ENABLED: 'false', ...environment, WATCHROOM_METRICS__LISTEN: `127.0.0.1:${metrics}`
    },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let said = ''
  await new Promise((resolve, reject) => {
    const listen = (chunk) => {
      said += chunk
      if (said.includes(word)) resolve()
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.on('exit', (code) => reject(new Error(`watchroom ended with ${code}: ${said}`)))
  })
  const stop = async () => {
    const gone = new Promise((resolve) => child.on('exit', resolve))
    child.kill('SIGINT')
    return await gone
  }
  return { metrics, said: () => said, stop }
}
