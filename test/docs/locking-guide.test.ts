import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { commandBundle, ownEnvironment } from '../cli/run-process.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { sourceFiles } from '../structure/source-files.js'
import { blocksOf, followGuide, misquoted, root } from './follow-guide.js'

const page = readFileSync(`${root}docs/locking.md`, 'utf8')

describe('the guide of the locking', () => {
  test.skipIf(isServerAbsent('postgres'))('prints what it says, command by command', { timeout: 180_000 }, async () => {
    const blocks = blocksOf(page)
    expect(blocks.filter(({ kind }) => kind === 'sh').length).toBe(5)
    const name = `locking_guide_${randomUUID().replaceAll('-', '')}`
    const server = new Client({ connectionString: serverUrl('postgres') })
    await server.connect()
    const directory = await mkdtemp(join(tmpdir(), 'locking-guide-'))
    try {
      await server.query(`create database ${name}`)
      const url = new URL(serverUrl('postgres'))
      url.pathname = name
      await followGuide(blocks, {
        port: 0,
        path: '/',
        env: ownEnvironment(),
        here: (text) =>
          text
            .replaceAll('postgres://postgres@localhost:5432/locking_trial', url.href)
            .replaceAll('node_modules/conversation-store/', root),
        // A reader has the package installed; here the command is a bundle of this checkout.
        prelude: `cd '${directory}'; npx() { shift; node '${await commandBundle()}' "$@"; }`,
      })
      await server.query(`drop database ${name}`)
    } finally {
      await server.end()
      await rm(directory, { recursive: true })
    }
  })

  test('quotes what the helpers and the command say', () => {
    const { quoted, wrong } = misquoted(
      page,
      ['src/adoption', 'src/cli', 'src/model'].flatMap((room) => [...sourceFiles(room).values()]),
    )
    expect(quoted).toBeGreaterThan(2)
    expect(wrong).toEqual([])
  })
})
