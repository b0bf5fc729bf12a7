import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { commandBundle, ownEnvironment } from '../cli/run-process.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { blocksOf, followGuide, root } from './follow-guide.js'

const page = readFileSync(`${root}docs/closed-conversations.md`, 'utf8')

test('the page shows the example as it is', () => {
  const example = readFileSync(`${root}examples/adoption/open-conversation.ts`, 'utf8')
  expect(page).toContain(example.slice(example.indexOf('export async function')))
})

describe('the guide of closed conversations', () => {
  test.skipIf(isServerAbsent('postgres'))('prints what it says, command by command', { timeout: 180_000 }, async () => {
    const blocks = blocksOf(page)
    expect(blocks.filter(({ kind }) => kind === 'sh').length).toBe(6)
    expect(blocks.filter(({ kind }) => kind === 'text').length).toBe(5)
    const name = `closed_guide_${randomUUID().replaceAll('-', '')}`
    const server = new Client({ connectionString: serverUrl('postgres') })
    await server.connect()
    const directory = await mkdtemp(join(tmpdir(), 'closed-guide-'))
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
            .replaceAll('postgres://postgres@localhost:5432/close_chat_trial', url.href)
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
})
