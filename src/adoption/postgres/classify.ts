import type { PostgresDriver } from '../../postgres/drivers.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import { quote } from '../../postgres/names.js'
import type { BackfillClasses } from '../backfill-types.js'
import type { Conversations } from '../tables.js'
import { claimsSql, type IntegrationSource, readClaims, readClaimsSql } from './claims.js'
import { readOne } from './sessions.js'

/** The class of a row `g` with the claims `k` of its `oa`. Null if the integrations resolve it. */
export const unresolvedSql = `case when coalesce(g.oa, '') = '' then 'noOaId' when k.claims = 0 then 'orphan'
  when k.accounts = 0 then 'noAccount' when k.accounts > 1 then 'ambiguous' end`

/** Counts the conversations by class. */
export async function classify(driver: PostgresDriver, table: Conversations, source: IntegrationSource): Promise<BackfillClasses> {
  const from = `${qualified(table.schema, table.name)} c`
  const oaId = `c.${quote(table.oaId)}::text`
  const wanted = "select distinct oa from groups where oa <> ''"
  const given = source.isElsewhere
    ? [
        await readClaims(
          source,
          await readOne(driver, `select coalesce(json_agg(distinct ${oaId}), '[]')::text from ${from} where ${oaId} <> ''`),
        ),
      ]
    : []
  return readOne<BackfillClasses>(
    driver,
    `with groups as materialized (select ${oaId} as oa, c.${quote(table.accountId)} is not null as has_account, count(*) as rows from ${from} group by 1, 2),
claims as (${source.isElsewhere ? readClaimsSql(wanted, '$1') : claimsSql(source, wanted)}),
classed as (select g.rows, g.has_account, ${unresolvedSql} as unresolved from groups g left join claims k on k.oa = g.oa)
select json_build_object('conversations', ${sumOf('true')}, 'resolved', ${sumOf('not has_account and unresolved is null')},
  'alreadySet', ${sumOf('has_account')}, 'orphans', ${sumOf("not has_account and unresolved = 'orphan'")},
  'orphansWithAccount', ${sumOf("has_account and unresolved = 'orphan'")}, 'ambiguous', ${sumOf("not has_account and unresolved = 'ambiguous'")},
  'noAccount', ${sumOf("not has_account and unresolved = 'noAccount'")}, 'noOaId', ${sumOf("not has_account and unresolved = 'noOaId'")})::text
from classed`,
    given,
  )
}

function sumOf(condition: string): string {
  return `coalesce(sum(rows) filter (where ${condition}), 0)`
}
