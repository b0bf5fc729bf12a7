import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { commandBundle, ownEnvironment } from '../cli/run-process.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { freePort } from '../servers/scratch.js'
import { sourceFiles } from '../structure/source-files.js'
import { blocksOf, followGuide, misquoted, root } from './follow-guide.js'

const page = readFileSync(`${root}docs/inbox-migrations.md`, 'utf8')
const databaseUrl = 'postgres://postgres@localhost:5432/move_trial'

async function inScratchDatabase(use: (url: string) => Promise<void>): Promise<void> {
  const name = `moves_guide_${randomUUID().replaceAll('-', '')}`
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

describe('the guide of the migrations of inboxes', () => {
  test.skipIf(isServerAbsent('postgres'))('prints what it says, command by command', { timeout: 180_000 }, async () => {
    const blocks = blocksOf(page)
    expect(blocks.filter(({ kind }) => kind === 'sh').length).toBeGreaterThan(12)
    expect(blocks.filter(({ kind }) => kind !== 'sh').length).toBeGreaterThan(10)
    await inScratchDatabase(async (url) =>
      followGuide(blocks, {
        port: await freePort(),
        path: '/',
        env: ownEnvironment(),
        here: (text) => text.replaceAll(databaseUrl, url),
        // A reader has the package installed; here the command is a bundle of this checkout.
        prelude: `npx() { if [ "$1" = conversation-store ]; then shift; node '${await commandBundle()}' "$@"; else command npx "$@"; fi; }`,
      }),
    )
  })

  test('quotes what the commands say', () => {
    const [troubles = ''] = page.split('## The way back')
    const { quoted, wrong } = misquoted(
      troubles,
      ['src/inbox-migrations', 'src/cli', 'src/model'].flatMap((room) => [...sourceFiles(room).values()]),
    )
    expect(quoted).toBeGreaterThan(0)
    expect(wrong).toEqual([])
  })
})
