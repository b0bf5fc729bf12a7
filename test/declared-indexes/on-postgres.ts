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
  /** What the server is too old for, as it is told. */
  readonly tooNew: readonly string[]
}

interface Asked {
  /** The server of the session. Default: the newest one. */
  readonly url?: string
  readonly partitions?: number
  /** Each how many-th declaration is asked for. Default 1: all of them. */
  readonly every?: number
  readonly asked?: readonly (Declaration & { readonly needs?: number })[]
  /** Built in the place of each declared one, to see that it is told from it. */
  readonly instead?: Declaration
}

const sync = { indexSet: null, prune: false, collection: null }
/** A unique index needs the columns of the partition key, an access method lacks what is asked for. */
const refusals: ReadonlySet<string> = new Set(['0A000'])

/**
 * Builds each declared index by a sync, and looks whether a second sync finds anything to do, with and without quotes
 * around all names. `partitions` makes the table one of so many partitions.
 */
export async function recogniseOnPostgres(
  session: IndexSession,
  { url, partitions = 0, every = 1, asked: all = declarations, instead }: Asked,
): Promise<Recognised> {
  const schema = await emptySchema(url)
  const inSchema = (text: string) => text.replaceAll('$schema', `"${schema}"`)
  const partitioned = partitions === 0 ? '' : ' partition by hash (id)'
  for (const statement of thingsSql) await session.query(inSchema(statement) + (/^create table/.test(statement) ? partitioned : ''))
  for (let each = 0; each < partitions; each++) {
    const values = `for values with (modulus ${partitions}, remainder ${each})`
    await session.query(`create table "${schema}".things_${each} partition of "${schema}".things ${values}`)
  }
  await session.query(`insert into "${schema}".things (id) values (1)`)
  const version = Number((await session.query('show server_version_num'))[0]?.server_version_num) / 10_000
  const asked = all.filter(({ needs = 0 }, at) => needs <= version && at % every === 0)
  const tooNew: string[] = []
  for (const [at, { needs = 0, ...declaration }] of all.entries()) {
    if (needs <= version || at % every !== 0) continue
    const index = declared(declaration, `idx_new_${at}`, inSchema)
    const [planned] = await planIndexSync(session, schema, [index], sync)
    const refusal = await syncIndexes(session, schema, [index], sync, buildTerms()).catch((error: unknown) => error)
    tooNew.push(refusal instanceof Error ? refusal.message : 'it was made')
    if (planned?.obstacles.length === 0) tooNew.push(`a preview does not tell of ${index.columns}`)
  }
  const unknown: string[] = []
  const refused: string[] = []
  for (const [at, { needs: _, ...declaration }] of asked.entries()) {
    const index = declared(declaration, `idx_${at}`, inSchema)
    try {
      await syncIndexes(session, schema, [instead === undefined ? index : declared(instead, index.name, inSchema)], sync, buildTerms())
    } catch (error) {
      if (!refusals.has(sqlState(error) ?? '')) throw new Error(createIndexSql('s', index, { concurrently: false }), { cause: error })
      refused.push(JSON.stringify(declaration))
      continue
    }
    const left = []
    for (const quoting of ['on', 'off']) {
      await session.query(`set quote_all_identifiers = ${quoting}`)
      left.push(...(await planIndexSync(session, schema, [index], sync)))
    }
    if (left.length > 0) unknown.push(`${JSON.stringify(declaration)}: ${JSON.stringify(left)}`)
    await session.query(`drop index "${schema}".idx_${at}`)
  }
  const taken = asked.length - refused.length
  return { taken, recognised: taken - unknown.length, unknown, refused, tooNew }
}

function declared(declaration: Declaration, name: string, inSchema: (text: string) => string): PostgresIndex {
  const { columns, where } = declaration
  return { table: 'things', name, ...declaration, columns: inSchema(columns), ...(where !== undefined && { where: inSchema(where) }) }
}
