import type { Inbox } from '../../model/inboxes.js'
import type { PageRequest, Scoped } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import type { PostgresContext } from '../context.js'
import { inboxRow, toInbox } from '../rows/inbox.js'
import { nothing, sql } from '../sql.js'

/** The account's inboxes, by `oaId`. One statement. */
export async function listInboxes(context: PostgresContext, input: Scoped & PageRequest): Promise<AdapterPage<Inbox>> {
  const [oaId] = input.after ?? []
  const rows = await context.read(
    sql`select ${inboxRow.list('b')} from ${context.tables.inboxes} b
where b.account_id = ${input.accountId} ${oaId === undefined ? nothing : sql`and b.oa_id > ${oaId}::text`}
order by b.oa_id limit ${input.limit + 1}::integer`,
    input,
  )
  return pageOf(rows, input.limit, toInbox)
}
