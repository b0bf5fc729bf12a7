import { expect, test } from 'vitest'
import { unmetNeed } from '../../src/postgres/migrator/indexes/require-server.js'
import type { PostgresIndex } from '../../src/postgres/migrator/migration.js'

const index = (more: Partial<PostgresIndex>): PostgresIndex => ({ table: 'users', name: 'idx_a', columns: 'a', ...more })

/** What is told of the index on a server of this version, and whether the server was asked for it. */
async function toldOn(version: number, more: Partial<PostgresIndex>): Promise<readonly [string | null, boolean]> {
  let isAsked = false
  const query = async () => {
    isAsked = true
    return [{ current_setting: String(version) }]
  }
  const need = await unmetNeed({ query }, index(more))
  return [need && `${need.operation} needs ${need.needs}`, isAsked]
}

test('an index that the server is too old for is told by its name, with what it has and which version it needs', async () => {
  const words = (what: string, version: number) => `the index idx_a, which has ${what}, needs PostgreSQL ${version} or newer`
  expect(await toldOn(140_021, { unique: true, nullsNotDistinct: true })).toEqual([words('nulls not distinct', 15), true])
  expect(await toldOn(150_000, { unique: true, nullsNotDistinct: true })).toEqual([null, true])
  expect(await toldOn(130_008, { method: 'SPGIST', include: 'b' })).toEqual([words('include', 14), true])
  expect(await toldOn(120_015, { method: 'gist', columns: 'a tsvector_ops (siglen = 32)' })).toEqual([
    words('parameters of an operator class', 13),
    true,
  ])
  expect(await toldOn(130_000, { method: 'gist', columns: 'a tsvector_ops (siglen = 32)' })).toEqual([null, true])
})

test('any other index asks the server nothing', async () => {
  for (const more of [{}, { include: 'b' }, { method: 'gist', include: 'b' }, { columns: 'lower(a), (b + 1) desc' }])
    expect(await toldOn(120_000, more)).toEqual([null, false])
})
