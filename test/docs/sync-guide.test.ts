import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { commandBundle, ownEnvironment } from '../cli/run-process.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { freePort } from '../servers/scratch.js'
import { sourceFiles } from '../structure/source-files.js'
import { blocksOf, followGuide, misquoted, root } from './follow-guide.js'

const page = readFileSync(`${root}docs/sync.md`, 'utf8')
const databaseUrl = 'postgres://postgres@localhost:5432/sync_trial'

async function inScratchDatabase(use: (url: string) => Promise<void>): Promise<void> {
  const name = `sync_guide_${randomUUID().replaceAll('-', '')}`
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

describe('the guide of the sync', () => {
  test.skipIf(isServerAbsent('postgres'))('prints what it says, command by command', { timeout: 180_000 }, async () => {
    const blocks = blocksOf(page)
    expect(blocks.filter(({ kind }) => kind === 'sh').length).toBeGreaterThan(12)
    expect(blocks.filter(({ kind }) => kind !== 'sh').length).toBeGreaterThan(12)
    await inScratchDatabase(async (url) =>
      followGuide(blocks, {
        port: await freePort(),
        path: '/',
        env: { ...ownEnvironment(), SYNC_ACCESS_TOKEN: undefined },
        here: (text) => text.replaceAll(databaseUrl, url),
        // A reader has the package installed; here the command is a bundle of this checkout.
        prelude: `npx() { if [ "$1" = conversation-store ]; then shift; node '${await commandBundle()}' "$@"; else command npx "$@"; fi; }`,
      }),
    )
  })

  test('quotes what the handler and the command say', () => {
    const { quoted, wrong } = misquoted(
      page,
      ['src/sync', 'src/cli', 'src/model'].flatMap((room) => [...sourceFiles(room).values()]),
    )
    expect(quoted).toBeGreaterThan(8)
    expect(wrong).toEqual([])
  })
})
