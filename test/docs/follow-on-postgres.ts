import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { commandBundle, ownEnvironment } from '../cli/run-process.js'
import { serverUrl } from '../contract/server.js'
import { freePort } from '../servers/scratch.js'
import { type Block, followGuide, root } from './follow-guide.js'

export interface Trial {
  /** The database of the guide, as its connection string ends. */
  readonly database: string
  readonly env?: NodeJS.ProcessEnv
  /** What the shell is told too. */
  readonly prelude?: string
}

/** Runs the blocks of a guide whose host has tables of its own, on a new database and in a new directory. */
export async function followOnPostgres(blocks: readonly Block[], { database, env = {}, prelude = '' }: Trial): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), `${database}-`))
  try {
    await inScratchDatabase(database, async (url) =>
      followGuide(blocks, {
        port: 0,
        path: '/',
        env: { ...ownEnvironment(), ...env },
        here: (text) => onItsDatabase(text, database, url).replaceAll('node_modules/conversation-store/', root),
        // A reader has the package installed; here the command is a bundle of this checkout.
        prelude: `cd '${directory}'; npx() { shift; node '${await commandBundle()}' "$@"; }; ${prelude}`,
      }),
    )
  } finally {
    await rm(directory, { recursive: true })
  }
}

/** Runs the blocks of a guide whose host is one of the examples, on a new database. */
export async function followExample(blocks: readonly Block[], { database, env = {} }: Omit<Trial, 'prelude'>): Promise<void> {
  await inScratchDatabase(database, async (url) =>
    followGuide(blocks, {
      port: await freePort(),
      path: '/',
      env: { ...ownEnvironment(), ...env },
      here: (text) => onItsDatabase(text, database, url),
      prelude: `npx() { if [ "$1" = conversation-store ]; then shift; node '${await commandBundle()}' "$@"; else command npx "$@"; fi; }`,
    }),
  )
}

function onItsDatabase(text: string, database: string, url: string): string {
  return text.replaceAll(`postgres://postgres@localhost:5432/${database}`, url)
}

async function inScratchDatabase(database: string, use: (url: string) => Promise<void>): Promise<void> {
  const name = `${database}_${randomUUID().replaceAll('-', '')}`
  const server = new Client({ connectionString: serverUrl('postgres') })
  await server.connect()
  try {
    await server.query(`create database ${name}`)
    const url = new URL(serverUrl('postgres'))
    url.pathname = name
    await use(url.href)
    await server.query(`drop database ${name}`)
  } finally {
    await server.end()
  }
}
