import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isServerAbsent } from '../contract/server.js'
import { sourceFiles } from '../structure/source-files.js'
import { blocksOf, misquoted, root } from './follow-guide.js'
import { followExample } from './follow-on-postgres.js'

const page = readFileSync(`${root}docs/inbox-migrations.md`, 'utf8')

describe('the guide of the migrations of inboxes', () => {
  test.skipIf(isServerAbsent('postgres'))('prints what it says, command by command', { timeout: 180_000 }, async () => {
    const blocks = blocksOf(page)
    expect(blocks.filter(({ kind }) => kind === 'sh').length).toBeGreaterThan(12)
    expect(blocks.filter(({ kind }) => kind !== 'sh').length).toBeGreaterThan(10)
    await followExample(blocks, { database: 'move_trial' })
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
