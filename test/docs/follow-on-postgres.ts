import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { commandBundle, ownEnvironment } from '../cli/run-process.js'
import { serverUrl } from '../contract/server.js'
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
  const name = `${database}_${randomUUID().replaceAll('-', '')}`
  const server = new Client({ connectionString: serverUrl('postgres') })
  await server.connect()
  const directory = await mkdtemp(join(tmpdir(), `${database}-`))
  try {
    await server.query(`create database ${name}`)
    const url = new URL(serverUrl('postgres'))
    url.pathname = name
    await followGuide(blocks, {
      port: 0,
      path: '/',
      env: { ...ownEnvironment(), ...env },
      here: (text) =>
        text.replaceAll(`postgres://postgres@localhost:5432/${database}`, url.href).replaceAll('node_modules/conversation-store/', root),
      // A reader has the package installed; here the command is a bundle of this checkout.
      prelude: `cd '${directory}'; npx() { shift; node '${await commandBundle()}' "$@"; }; ${prelude}`,
    })
    await server.query(`drop database ${name}`)
  } finally {
    await server.end()
    await rm(directory, { recursive: true })
  }
}
