import type { LeaseState, ListLeases } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import type { PostgresContext } from '../context.js'
import { leaseColumns, toLease } from '../rows/lease.js'
import { nothing, sql } from '../sql.js'

/** The account's leases, by kind and key. One statement. */
export async function listLeases(context: PostgresContext, input: ListLeases): Promise<AdapterPage<LeaseState>> {
  const { kind, limit } = input
  const [afterKind, afterKey] = input.after ?? []
  const rows = await context.read(
    sql`select ${leaseColumns('l')} from ${context.tables.leases} l
where l.account_id = ${input.accountId} ${kind === null ? nothing : sql`and l.kind = ${kind}`}
${afterKind === undefined || afterKey === undefined ? nothing : sql`and (l.kind, l.key) > (${afterKind}::text, ${afterKey}::text)`}
order by l.kind, l.key limit ${limit + 1}::integer`,
    input,
  )
  return pageOf(rows, limit, toLease)
}
