import { refusal } from '../../model/validation/refusal.js'
import type { PostgresDriver } from '../../postgres/drivers.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import type { MigrationSession } from '../../postgres/migrator/migration.js'
import { quote } from '../../postgres/names.js'
import type { BackfillOptions } from '../backfill-types.js'
import { isMongoDb } from '../databases.js'
import { type Integrations, integrationsOf } from '../tables.js'
import { oneOf, withConnection } from './sessions.js'

/** The host's integrations, wherever they are. */
export interface IntegrationSource {
  readonly driver: PostgresDriver
  readonly table: Integrations
  readonly isElsewhere: boolean
}

export function integrationSource(
  driver: PostgresDriver,
  options: Pick<BackfillOptions, 'db' | 'integrations' | 'conversations'>,
): IntegrationSource {
  const other = options.integrations?.db ?? driver
  if (isMongoDb(other)) throw refusal(['integrations', 'db'], 'must be a database of PostgreSQL, as the conversations’ is')
  return { driver: other, table: integrationsOf(driver, options.integrations, options.conversations), isElsewhere: other !== driver }
}

/**
 * The query `oa, accounts, account` of the given `oaId`s: how many accounts claim each, and one of them. `wanted` is a
 * query whose only column is `oa`. Ids are compared as text, because the two tables may have other types for them.
 */
export function claimsSql({ table }: IntegrationSource, wanted: string): string {
  return `select w.oa, count(i.${quote(table.oaId)}) as claims, count(distinct i.${quote(table.accountId)}::text) as accounts, min(i.${quote(table.accountId)}::text) as account
from (${wanted}) w left join ${qualified(table.schema, table.name)} i on i.${quote(table.oaId)}::text = w.oa
group by w.oa`
}

/** The same of claims that were read from another database, and are the given parameter. */
export function readClaimsSql(wanted: string, parameter: string): string {
  return `select w.oa, coalesce(r.claims, 0) as claims, coalesce(r.accounts, 0) as accounts, r.account
from (${wanted}) w left join json_to_recordset(${parameter}::json) r(oa text, claims bigint, accounts bigint, account text) on r.oa = w.oa`
}

/** Reads the claims of some `oaId`s in the integrations' own database, in the form that `readClaimsSql` takes. */
export function readClaims(source: IntegrationSource, oaIds: readonly string[]): Promise<string> {
  return withConnection(source.driver, async (session: MigrationSession) =>
    JSON.stringify(
      await oneOf<unknown>(
        session,
        `select coalesce(json_agg(c), '[]')::text from (${claimsSql(source, 'select distinct json_array_elements_text($1::json) as oa')}) c`,
        [JSON.stringify(oaIds)],
      ),
    ),
  )
}
