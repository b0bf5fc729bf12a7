import type { AccountLease, ListAllLeases } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import { operatorScope } from '../../store/operator-scope.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { text } from '../readers.js'
import { leaseColumns, toLease } from '../rows/lease.js'
import { nothing, sql } from '../sql.js'

const accountRow = columns({ account_id: text })

/** The leases of all accounts, by account, kind and key. One statement. */
export async function listAllLeases(context: PostgresContext, input: ListAllLeases): Promise<AdapterPage<AccountLease>> {
  const { kind, limit, after } = input
  const [accountId = operatorScope, afterKind, afterKey] = after ?? []
  const past =
    afterKind === undefined || afterKey === undefined
      ? sql`l.account_id > ${accountId}::text`
      : sql`(l.account_id, l.kind, l.key) > (${accountId}::text, ${afterKind}::text, ${afterKey}::text)`
  const rows = await context.read(
    sql`select l.account_id, ${leaseColumns('l')} from ${context.tables.leases} l
where ${past} ${kind === null ? nothing : sql`and l.kind = ${kind}`}
order by l.account_id, l.kind, l.key limit ${limit + 1}::integer`,
    input,
  )
  return pageOf(rows, limit, (row) => ({ accountId: text(accountRow.of(row).account_id), ...toLease(row) }))
}
