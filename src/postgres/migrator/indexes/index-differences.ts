import type { MigrationSession, PostgresIndex } from '../migration.js'
import { type IndexColumn, indexColumns } from './index-columns.js'
import { includedColumns } from './index-definition.js'
import { qualified } from './index-sql.js'
import { canonicalText, collationsIn } from './index-text.js'
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
  const { unique = false, nullsNotDistinct = false, method = 'btree' } = declared
  const include = includedColumns(declared.include).join(', ')
  const differ = (field: string, wanted: unknown, found: unknown) =>
    wanted === found ? [] : [`${field}: declared ${wanted}, found ${found}`]
  return [
    ...differ('table', declared.table, live.table),
    ...differ('unique', unique, live.unique),
    ...differ('method', canonicalText(method), live.method),
    ...((await sameColumns(session, schema, declared, live)) ? [] : [`columns: declared (${declared.columns}), found (${live.columns})`]),
    ...differ('include', include || 'none', live.include.join(', ') || 'none'),
    ...differ('nulls not distinct', nullsNotDistinct, live.nullsNotDistinct),
    ...((await sameCondition(session, schema, declared, live))
      ? []
      : [`where: declared ${declared.where ?? 'none'}, found ${live.where ?? 'none'}`]),
  ]
}

export async function sameColumns(
  session: MigrationSession,
  schema: string,
  { columns, table }: PostgresIndex,
  live: LiveIndex,
): Promise<boolean> {
  const wanted = indexColumns(columns)
  const pairs = indexColumns(live.columns).flatMap((found, at) => {
    const declared = wanted[at]
    return declared === undefined
      ? []
      : [{ declared, found, collation: live.collations[at] ?? null, operatorClass: live.operatorClasses[at] ?? null }]
  })
  if (pairs.length !== wanted.length || pairs.length !== live.operatorClasses.length) return false
  if (!pairs.every(isComparedAlike)) return false
  const different = pairs.filter(({ declared, found }) => declared.expression !== found.expression)
  if (different.length === 0) return true
  if (live.table !== table || !different.every(({ declared, found }) => sameCollations(declared.key, found.key))) return false
  const expressions = different.map(({ declared, found }) => [declared.key, found.key] as const)
  return sameToServer(session, qualified(schema, table), expressions)
}

/** What an index really has, where the server does not print it because it is the default. */
interface ColumnPair {
  readonly declared: IndexColumn
  readonly found: IndexColumn
  readonly collation: string | null
  readonly operatorClass: string | null
}

/** The server prints a collation or an operator class only if it is not the column's own, or that of its type. */
function isComparedAlike({ declared, found, collation, operatorClass }: ColumnPair): boolean {
  return (
    declared.direction === found.direction &&
    (declared.collation === null ? found.collation === null : declared.collation === collation) &&
    (declared.operatorClass === null ? found.operatorClass === null : declared.operatorClass === operatorClass) &&
    declared.parameters === found.parameters
  )
}

async function sameCondition(
  session: MigrationSession,
  schema: string,
  { where, table }: PostgresIndex,
  live: LiveIndex,
): Promise<boolean> {
  if (where === undefined) return live.where === null
  // The server leaves a condition out that is the constant true.
  const found = live.where ?? 'true'
  if (canonicalText(where) === canonicalText(found)) return true
  if (live.table !== table || !sameCollations(where, found)) return false
  return sameToServer(session, qualified(schema, table), [[where, found]])
}

function sameCollations(declared: string, found: string): boolean {
  return collationsIn(declared).join(' ') === collationsIn(found).join(' ')
}

/**
 * Asks the server for its own form of both expressions, with a plan that is never run. For example, `in ('a', 'b')` is
 * stored as `= any (array[…])`. It asks for the table without its partitions, because otherwise the plan has one output
 * for each of them.
 */
async function sameToServer(session: MigrationSession, table: string, pairs: readonly (readonly [string, string])[]): Promise<boolean> {
  const expressions = pairs.flat().map((expression) => `(${expression})`)
  try {
    const [row] = await inSavepoint(session, () =>
      session.query(`explain (verbose, costs off, format json) select ${expressions.join(', ')} from only ${table}`),
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
