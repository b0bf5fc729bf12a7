import type { MigrationSession, PostgresIndex } from '../migration.js'
import { qualified } from './index-sql.js'
import { canonicalColumns, canonicalText } from './index-text.js'
import type { LiveIndex } from './live-indexes.js'
import { inSavepoint } from './savepoint.js'

/**
 * The differences between a live index and the declared one, in words. Empty if the server treats them as the same. It
 * only reads.
 */
export async function indexDifferences(
  session: MigrationSession,
  schema: string,
  declared: PostgresIndex,
  live: LiveIndex,
): Promise<readonly string[]> {
  const unique = declared.unique ?? false
  return [
    ...(declared.table === live.table ? [] : [`table: declared ${declared.table}, found ${live.table}`]),
    ...(unique === live.unique ? [] : [`unique: declared ${unique}, found ${live.unique}`]),
    ...((await sameColumns(session, schema, declared, live)) ? [] : [`columns: declared (${declared.columns}), found (${live.columns})`]),
    ...((await sameCondition(session, schema, declared, live))
      ? []
      : [`where: declared ${declared.where ?? 'none'}, found ${live.where ?? 'none'}`]),
    ...(live.extras === '' ? [] : [`more: declared none, found ${live.extras}`]),
  ]
}

export async function sameColumns(
  session: MigrationSession,
  schema: string,
  { columns, table }: PostgresIndex,
  live: LiveIndex,
): Promise<boolean> {
  const wanted = canonicalColumns(columns)
  const pairs = canonicalColumns(live.columns).flatMap((found, at) => {
    const declared = wanted[at]
    return declared === undefined ? [] : [{ declared, found, collation: live.collations[at] ?? null }]
  })
  if (pairs.length !== wanted.length || pairs.length !== live.collations.length) return false
  const alike = pairs.every(
    // The server prints a collation only if it is not the column's own.
    ({ declared, found, collation }) =>
      declared.direction === found.direction && (declared.collation === null ? found.collation === null : declared.collation === collation),
  )
  if (!alike) return false
  const different = pairs.filter(({ declared, found }) => declared.expression !== found.expression)
  if (different.length === 0) return true
  if (live.table !== table) return false
  const expressions = different.map(({ declared, found }) => [declared.expression, found.expression] as const)
  return sameToServer(session, qualified(schema, table), expressions)
}

async function sameCondition(
  session: MigrationSession,
  schema: string,
  { where, table }: PostgresIndex,
  live: LiveIndex,
): Promise<boolean> {
  if (where === undefined || live.where === null) return where === undefined && live.where === null
  if (canonicalText(where) === canonicalText(live.where)) return true
  // The server's own form of an expression leaves collations out.
  if (live.table !== table || /\bcollate\b/i.test(where + live.where)) return false
  return sameToServer(session, qualified(schema, table), [[where, live.where]])
}

/**
 * Asks the server for its own form of both expressions, with a plan that is never run. For example, `in ('a', 'b')` is
 * stored as `= any (array[…])`.
 */
async function sameToServer(session: MigrationSession, table: string, pairs: readonly (readonly [string, string])[]): Promise<boolean> {
  const expressions = pairs.flat().map((expression) => `(${expression})`)
  try {
    const [row] = await inSavepoint(session, () =>
      session.query(`explain (verbose, costs off, format json) select ${expressions.join(', ')} from ${table}`),
    )
    const [plan] = Object.values(row ?? {}).map((value) => (typeof value === 'string' ? JSON.parse(value) : value))
    const output: readonly string[] = plan?.[0]?.Plan?.Output ?? []
    return output.length === expressions.length && pairs.every((_, at) => output[at * 2] === output[at * 2 + 1])
  } catch {
    // One of them is no expression over the table's columns. It can't be an index of this table either, and building it
    // will say why.
    return false
  }
}
