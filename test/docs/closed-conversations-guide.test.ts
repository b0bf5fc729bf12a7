import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isServerAbsent } from '../contract/server.js'
import { blocksOf, root } from './follow-guide.js'
import { followOnPostgres } from './follow-on-postgres.js'

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
    await followOnPostgres(blocks, { database: 'close_chat_trial' })
  })
})
