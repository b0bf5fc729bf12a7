import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import type { MigrationSession } from '../../postgres/migrator/migration.js'
import { quote } from '../../postgres/names.js'
import type { Unresolved } from '../orphans.js'
import type { PassState } from '../run-pass.js'
import type { Conversations } from '../tables.js'
import { claimsSql, type IntegrationSource, readClaims, readClaimsSql } from './claims.js'
import { unresolvedSql } from './classify.js'
import type { PrimaryKey } from './primary-key.js'
import { oneOf } from './sessions.js'

/** The columns of a host's conversations that a backfill has to know. */
export interface BackfillTable {
  readonly table: Conversations
  readonly key: PrimaryKey
  /** The type of the column of the account, as SQL writes it. */
  readonly accountType: string
}

/** A conversation that the integrations gave no account. Its key is an array of texts. */
export interface LeftRow {
  readonly key: readonly string[]
  readonly oa: string | null
  readonly unresolved: Unresolved
}

/** What a statement did to a page. */
export interface PageResult {
  readonly size: number
  /** The key at which the page ends. */
  readonly last: readonly string[]
  /** Whether it was the last page of the round. */
  readonly isLast: boolean
  readonly resolved: number
  readonly updated: number
  readonly left: Readonly<Partial<Record<Unresolved, number>>>
  /** Empty unless they were asked for. */
  readonly leftRows: readonly LeftRow[]
  readonly updatedRows: readonly (readonly [key: readonly string[], accountId: string])[]
}

export interface PageOptions {
  readonly limit: number
  /** Whether rows that somebody else has locked are left for the next round. */
  readonly skipLocked: boolean
  readonly tellUpdated: boolean
  readonly tellLeft: boolean
}

/**
 * Gives the rows of a page their account. One statement finds where the page ends, and another does all the rest: it
 * counts the rows by their `oaId`, looks up whose those are, and updates the rows between the two keys. A row that was
 * written meanwhile is looked at again by the server, and updated only if it still has the same `oaId` and no account.
 */
export async function backfillPage(
  session: MigrationSession,
  { table, key, accountType }: BackfillTable,
  source: IntegrationSource,
  state: PassState,
  options: PageOptions,
): Promise<PageResult> {
  const from = qualified(table.schema, table.name)
  const [oaId, accountId] = [quote(table.oaId), quote(table.accountId)]
  const after = state.cursor === null ? '' : ` and (${key.of('c')}) > ${key.row('$2::json')}`
  const range = `c.${accountId} is null and (${key.of('c')}) <= ${key.row('$1::json')}${after}`
  const bounds = (upTo: unknown) => [upTo, ...(state.cursor === null ? [] : [state.cursor])].map((each) => JSON.stringify(each))
  const last = await oneOf<readonly string[] | null>(
    session,
    `select (select ${key.json('c')} from ${from} c where ${range} order by ${key.of('c')} offset ${options.limit - 1} limit 1)::text`,
    bounds(state.upTo),
  )
  const values = bounds(last ?? state.upTo)
  const groups = `select c.${oaId}::text as oa, count(*) as rows from ${from} c where ${range} group by 1`
  const wanted = "select oa from groups where oa <> ''"
  if (source.isElsewhere) {
    const list = `with groups as (${groups}) select coalesce(json_agg(oa), '[]')::text from (${wanted}) w`
    values.push(await readClaims(source, await oneOf<readonly string[]>(session, list, values)))
  }
  const claims = source.isElsewhere ? readClaimsSql(wanted, `$${values.length}`) : claimsSql(source, wanted)
  const free = `select ${key.of('c')} from ${from} c where ${range} for no key update of c skip locked`
  const isFree = options.skipLocked ? ` and (${key.of('c')}) in (${free})` : ''
  const leftRows = `(select coalesce(json_agg(json_build_object('key', ${key.json('c')}, 'oa', d.oa, 'unresolved', d.unresolved)), '[]')
    from ${from} c join classed d on d.unresolved is not null and d.oa is not distinct from c.${oaId}::text where ${range}${isFree})`
  const updatedRows = "(select coalesce(json_agg(json_build_array(key, account)), '[]') from updated)"
  const result = await oneOf<Omit<PageResult, 'last' | 'isLast'>>(
    session,
    `with groups as materialized (${groups}),
claims as (${claims}),
classed as materialized (select g.*, ${unresolvedSql} as unresolved, k.account from groups g left join claims k on k.oa = g.oa),
updated as (update ${from} c set ${accountId} = d.account::${accountType} from classed d
  where d.unresolved is null and c.${oaId}::text = d.oa and ${range}${isFree}
  returning ${options.tellUpdated ? `${key.json('c')} as key, d.account` : '1'})
select json_build_object('size', (select coalesce(sum(rows), 0) from classed),
  'resolved', (select coalesce(sum(rows), 0) from classed where unresolved is null), 'updated', (select count(*) from updated),
  'left', (select coalesce(json_object_agg(unresolved, rows), '{}') from (select unresolved, sum(rows) as rows from classed where unresolved is not null group by 1) l),
  'leftRows', ${options.tellLeft ? leftRows : "'[]'::json"}, 'updatedRows', ${options.tellUpdated ? updatedRows : "'[]'::json"})::text`,
    values,
  )
  return { ...result, last: last ?? (state.upTo as readonly string[]), isLast: last === null }
}
