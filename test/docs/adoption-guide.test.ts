import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isServerAbsent } from '../contract/server.js'
import { sourceFiles } from '../structure/source-files.js'
import { blocksOf, misquoted, root } from './follow-guide.js'
import { followOnPostgres } from './follow-on-postgres.js'

const page = readFileSync(`${root}docs/adoption.md`, 'utf8')

describe('the guide of the adoption', () => {
  test.skipIf(isServerAbsent('postgres'))('prints what it says, command by command', { timeout: 180_000 }, async () => {
    const blocks = blocksOf(page)
    expect(blocks.filter(({ kind }) => kind === 'sh').length).toBe(10)
    expect(blocks.filter(({ kind }) => kind === 'text').length).toBe(9)
    await followOnPostgres(blocks, { database: 'adoption_trial' })
  })

  test('quotes what the helpers and the command say', () => {
    const { quoted, wrong } = misquoted(
      page,
      ['src/adoption', 'src/cli', 'src/model'].flatMap((room) => [...sourceFiles(room).values()]),
    )
    expect(quoted).toBeGreaterThan(4)
    expect(wrong).toEqual([])
  })
})
