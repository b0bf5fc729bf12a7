import type { Inbox } from '../../model/records.js'
import type { PageRequest, Scoped } from '../../store/adapter.js'
import type { Page } from '../../store/paged-list.js'
import type { PostgresContext } from '../context.js'
import { inboxColumns, toInbox } from '../rows.js'
import { nothing, sql } from '../sql.js'
import { toPage } from './page.js'

/** The account's inboxes by `oaId`. One statement. */
export async function listInboxes(context: PostgresContext, input: Scoped & PageRequest): Promise<Page<Inbox>> {
  const [oaId] = input.after ?? []
  const rows = await context.read(
    sql`select ${inboxColumns('b')} from ${context.tables.inboxes} b
where b.account_id = ${input.accountId} ${oaId === undefined ? nothing : sql`and b.oa_id > ${oaId}::text`}
order by b.oa_id limit ${input.limit + 1}::integer`,
    input,
  )
  return toPage(rows.map(toInbox), input.limit, (last) => [last.oaId])
}
