// The data of the demonstration, made once and copied for each test file: founding the service and logging its eight
// weeks of duties takes a debug build half a minute of a core, and there are twenty files.

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, writeFile, rename, rm, stat, chmod, readdir } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { PROGRAM, freePort, startProgram } from './program.mjs'

const PREFIX = 'watchroom-demonstration-'

/** Where it is kept: another place for another build, and for another hour, for the duties are those before now. */
async function place () {
  const { mtimeMs, size } = await stat(PROGRAM)
  const hour = new Date().toISOString().slice(0, 13)
  const name = createHash('sha256').update(`${PROGRAM} ${mtimeMs} ${size} ${hour}`).digest('hex').slice(0, 16)
  return path.join(tmpdir(), PREFIX + name)
}

async function make (kept) {
  const made = await mkdtemp(path.join(tmpdir(), 'watchroom-browser-'))
  await chmod(made, 0o755)
  const demo = await startProgram(['demo', '--state', path.join(made, 'state'), '--port', String(await freePort())], {}, 'Ctrl-C')
  const code = await demo.stop()
  if (code !== 0) throw new Error(`the demonstration ended with ${code}: ${demo.said()}`)
  await writeFile(path.join(made, 'said'), demo.said())
  const old = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX))
  await Promise.all(old.map((name) => rm(path.join(tmpdir(), name), { recursive: true, force: true })))
  // Whoever made it at the same time was first: theirs is as good.
  await rename(made, kept).catch(async () => await rm(made, { recursive: true, force: true }))
}

/** The folder with the data, made now if need be. */
async function demonstration () {
  const kept = await place()
  const exists = await stat(kept).then(() => true, () => false)
  if (!exists) await make(kept)
  return kept
}

/** Puts a state directory with the demonstration's data at `state`. */
export async function copyDemonstration (state) {
  // With its owners: the database runs as a user of its own.
  await promisify(execFile)('cp', ['-a', path.join(await demonstration(), 'state'), state])
}

/** What the program said when it made the data. */
export async function saidAtFirstStart () {
  return await readFile(path.join(await demonstration(), 'said'), 'utf8')
}

// Run by itself, it makes them in advance, so that files that start together need not both do it.
if (process.argv[1] === fileURLToPath(import.meta.url)) await demonstration()
