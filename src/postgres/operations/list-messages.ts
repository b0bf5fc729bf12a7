import type { Message } from '../../model/records.js'
import type { ListMessages } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import type { PostgresContext } from '../context.js'
import { messageRow, toMessage } from '../rows/message.js'
import { nothing, raw, sql } from '../sql.js'

/** A conversation's messages, by `seq`, in the order that is asked for. One statement. */
export async function listMessages(context: PostgresContext, input: ListMessages): Promise<AdapterPage<Message>> {
  const [seq] = input.after ?? []
  const oldest = input.order === 'oldest'
  const rows = await context.read(
    sql`select ${messageRow.list('m')} from ${context.tables.messages} m
where m.account_id = ${input.accountId} and m.conversation_id = ${input.conversationId}
  ${seq === undefined ? nothing : sql`and m.seq ${raw(oldest ? '>' : '<')} ${seq}::integer`}
order by m.seq ${raw(oldest ? 'asc' : 'desc')} limit ${input.limit + 1}::integer`,
    input,
  )
  return pageOf(rows, input.limit, toMessage)
}
