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
  readonly last: readonly string[] | null
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
 * Gives the rows of a page their account, by one statement. The rows are found again by where they lie, because a plan
 * that joins them by their key may read the whole table for each page. A row that was written meanwhile lies elsewhere:
 * it is left for the next round, as is one that has an account by now.
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
  const columns = key.columns.map((column, at) => `c.${quote(column)} as k${at}`).join(', ')
  const keyColumns = (suffix: string) => key.columns.map((_, at) => `k${at}${suffix}`).join(', ')
  const page = `select c.tableoid as lies_in, c.ctid as lies_at, c.${oaId}::text as oa, ${columns} from ${from} c
  where c.${accountId} is null and (${key.of('c')}) <= ${key.row('$1::json')}${state.cursor === null ? '' : ` and (${key.of('c')}) > ${key.row('$2::json')}`}
  order by ${key.of('c')} limit ${options.limit}${options.skipLocked ? ' for no key update of c skip locked' : ''}`
  const values = [state.upTo, ...(state.cursor === null ? [] : [state.cursor])].map((each) => JSON.stringify(each))
  const wanted = "select distinct oa from page where oa <> ''"
  if (source.isElsewhere) {
    const oaIds = await oneOf<readonly string[]>(
      session,
      `with page as (${page}) select coalesce(json_agg(oa), '[]')::text from (${wanted}) w`,
      values,
    )
    values.push(await readClaims(source, oaIds))
  }
  const claims = source.isElsewhere ? readClaimsSql(wanted, `$${values.length}`) : claimsSql(source, wanted)
  const keyJson = `json_build_array(${keyColumns('::text')})`
  const listed = (isAsked: boolean, what: string, list: string) =>
    isAsked ? `(select coalesce(json_agg(${what}), '[]') from ${list})` : "'[]'::json"
  return oneOf<PageResult>(
    session,
    `with page as materialized (${page}),
claims as (${claims}),
classed as materialized (select g.*, ${unresolvedSql} as unresolved, k.account from page g left join claims k on k.oa = g.oa),
updated as (update ${from} c set ${accountId} = d.account::${accountType} from classed d
  where c.ctid = any (array(select lies_at from classed where unresolved is null)) and d.unresolved is null
    and c.ctid = d.lies_at and c.tableoid = d.lies_in and c.${accountId} is null and c.${oaId}::text = d.oa
  returning ${key.json('c')} as key, d.account)
select json_build_object('size', (select count(*) from page),
  'last', (select ${keyJson} from page order by ${keyColumns(' desc')} limit 1),
  'resolved', (select count(*) from classed where unresolved is null), 'updated', (select count(*) from updated),
  'left', (select coalesce(json_object_agg(unresolved, rows), '{}') from (select unresolved, count(*) as rows from classed where unresolved is not null group by 1) l),
  'leftRows', ${listed(options.tellLeft, `json_build_object('key', ${keyJson}, 'oa', oa, 'unresolved', unresolved)`, 'classed where unresolved is not null')},
  'updatedRows', ${listed(options.tellUpdated, 'json_build_array(key, account)', 'updated')})::text`,
    values,
  )
}
