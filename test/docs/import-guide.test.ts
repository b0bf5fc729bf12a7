import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isServerAbsent } from '../contract/server.js'
import { sourceFiles } from '../structure/source-files.js'
import { blocksOf, misquoted, root } from './follow-guide.js'
import { followOnPostgres } from './follow-on-postgres.js'

const page = readFileSync(`${root}docs/import.md`, 'utf8')

/** What `psql -Atc` prints, as a program of Node. The machine that runs the tests may have no psql. */
const psql = `import pg from '${root}node_modules/pg/esm/index.mjs'
const [url, , text] = process.argv.slice(1)
const client = new pg.Client({ connectionString: url })
await client.connect()
const { rows } = await client.query({ text, rowMode: 'array' })
for (const row of rows) console.log(row.join('|'))
await client.end()`

describe('the guide of the import', () => {
  test.skipIf(isServerAbsent('postgres'))('prints what it says, command by command', { timeout: 180_000 }, async () => {
    const blocks = blocksOf(page)
    expect(blocks.filter(({ kind }) => kind === 'sh').length).toBe(6)
    await followOnPostgres(blocks, {
      database: 'import_trial',
      env: { PSQL: psql },
      prelude: 'psql() { node --input-type=module -e "$PSQL" -- "$@"; }',
    })
  })

  test('quotes what the helpers and the command say', () => {
    const { quoted, wrong } = misquoted(
      page,
      ['src/adoption', 'src/cli', 'src/model'].flatMap((room) => [...sourceFiles(room).values()]),
    )
    expect(quoted).toBeGreaterThan(3)
    expect(wrong).toEqual([])
  })
})
