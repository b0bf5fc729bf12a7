import { createIndexSql } from '../../src/postgres/migrator/indexes/index-sql.js'
import { planIndexSync } from '../../src/postgres/migrator/indexes/plan-index-sync.js'
import { syncIndexes } from '../../src/postgres/migrator/indexes/sync-indexes.js'
import type { PostgresIndex } from '../../src/postgres/migrator/migration.js'
import { sqlState } from '../../src/postgres/translate-error.js'
import { buildTerms, emptySchema, type IndexSession } from '../postgres/index-scratch.js'
import { type Declaration, declarations, thingsSql } from './postgres-declarations.js'

export interface Recognised {
  /** How many declarations the server takes, and of these how many a second sync leaves alone. */
  readonly taken: number
  readonly recognised: number
  /** The others of them, as they were declared. */
  readonly unknown: readonly string[]
  /** What the server refuses: a unique index of a partitioned table without the key of its partitions. */
  readonly refused: readonly string[]
}

const all = { indexSet: null, prune: false, collection: null }
/** A unique index needs the columns of the partition key, an access method lacks what is asked for. */
const refusals: ReadonlySet<string> = new Set(['0A000'])

/**
 * Builds each declared index by a sync, and looks whether a second sync finds anything to do, with and without quotes
 * around all names. `partitions` makes the table one of so many partitions.
 */
export async function recogniseOnPostgres(
  session: IndexSession,
  { partitions = 0, every = 1 }: { readonly partitions?: number; readonly every?: number },
): Promise<Recognised> {
  const schema = await emptySchema()
  const inSchema = (text: string) => text.replaceAll('$schema', `"${schema}"`)
  const partitioned = partitions === 0 ? '' : ' partition by hash (id)'
  for (const statement of thingsSql) await session.query(inSchema(statement) + (/^create table/.test(statement) ? partitioned : ''))
  for (let each = 0; each < partitions; each++) {
    const values = `for values with (modulus ${partitions}, remainder ${each})`
    await session.query(`create table "${schema}".things_${each} partition of "${schema}".things ${values}`)
  }
  await session.query(`insert into "${schema}".things (id) values (1)`)
  const version = Number((await session.query('show server_version_num'))[0]?.server_version_num) / 10_000
  const asked = declarations.filter(({ needs = 0 }, at) => needs <= version && at % every === 0)
  const unknown: string[] = []
  const refused: string[] = []
  for (const [at, { needs: _, ...declaration }] of asked.entries()) {
    const index = declared(declaration, `idx_${at}`, inSchema)
    try {
      await syncIndexes(session, schema, [index], all, buildTerms())
    } catch (error) {
      if (!refusals.has(sqlState(error) ?? '')) throw new Error(createIndexSql('s', index, { concurrently: false }), { cause: error })
      refused.push(JSON.stringify(declaration))
      continue
    }
    const left = []
    for (const quoting of ['on', 'off']) {
      await session.query(`set quote_all_identifiers = ${quoting}`)
      left.push(...(await planIndexSync(session, schema, [index], all)))
    }
    if (left.length > 0) unknown.push(`${JSON.stringify(declaration)}: ${JSON.stringify(left)}`)
    await session.query(`drop index "${schema}".idx_${at}`)
  }
  const taken = asked.length - refused.length
  return { taken, recognised: taken - unknown.length, unknown, refused }
}

function declared(declaration: Declaration, name: string, inSchema: (text: string) => string): PostgresIndex {
  const { columns, where } = declaration
  return { table: 'things', name, ...declaration, columns: inSchema(columns), ...(where !== undefined && { where: inSchema(where) }) }
}
