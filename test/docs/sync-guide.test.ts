import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isServerAbsent } from '../contract/server.js'
import { sourceFiles } from '../structure/source-files.js'
import { blocksOf, misquoted, root } from './follow-guide.js'
import { followExample } from './follow-on-postgres.js'

const page = readFileSync(`${root}docs/sync.md`, 'utf8')

describe('the guide of the sync', () => {
  test.skipIf(isServerAbsent('postgres'))('prints what it says, command by command', { timeout: 180_000 }, async () => {
    const blocks = blocksOf(page)
    expect(blocks.filter(({ kind }) => kind === 'sh').length).toBeGreaterThan(12)
    expect(blocks.filter(({ kind }) => kind !== 'sh').length).toBeGreaterThan(12)
    await followExample(blocks, { database: 'sync_trial', env: { SYNC_ACCESS_TOKEN: undefined } })
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
