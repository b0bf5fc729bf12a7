import type { Conversation } from '../../model/records.js'
import type { WriteStamp } from '../../store/adapter.js'
import { nowOf, statementTimeOf } from '../clock.js'
import type { PostgresContext } from '../context.js'
import { sinceFirstSending } from '../first-sending.js'
import { lastMarkedAt, rememberedOutcome, withMark } from '../operation-marks.js'
import { conversationRead, conversationWritten, toConversation } from '../rows/conversation.js'
import { raw, sql } from '../sql.js'

/**
 * Opens snoozed conversations whose time has come, the longest due first. It skips those that another call has locked.
 * One statement, or two if the call is sent again.
 */
export async function wakeDue(context: PostgresContext, input: WriteStamp & { readonly limit: number }): Promise<readonly Conversation[]> {
  const before = input.firstSentAt === null ? [] : await wokenBefore(context, input, input.firstSentAt)
  if (before.length > 0) return before
  const { tables } = context
  const rows = await context.write(
    sql`with due as materialized (
  select held.id, held.snoozed_until, ${nowOf(input)} as at from (
    select c.id, c.snoozed_until from ${tables.conversations} c
    where c.account_id = ${input.accountId} and c.status = 'snoozed' and c.snoozed_until <= ${statementTimeOf(input)}
    order by c.snoozed_until, c.id limit ${input.limit}::integer for update skip locked
  ) held
),
woken as (
  update ${tables.conversations} c
     set status = 'open', snoozed_until = null, status_changed_at = due.at, updated_at = due.at, version = c.version + 1,
         operations = ${withMark(raw('c.operations'), input.operationId, raw("'updated'"))}
    from due where c.account_id = ${input.accountId} and c.id = due.id
  returning ${conversationWritten(context, input.accountId)}
)
select woken.* from woken join due on due.id = woken.id order by due.snoozed_until, due.id`,
    input,
  )
  return rows.map(toConversation)
}

/** The conversations that the lost attempt woke. Nothing else would tell the caller about them. */
async function wokenBefore(context: PostgresContext, input: WriteStamp, firstSentAt: number): Promise<readonly Conversation[]> {
  const rows = await context.write(
    sql`select ${conversationRead(context, input.accountId)} from ${context.tables.conversations} c
where c.account_id = ${input.accountId} and ${rememberedOutcome(raw('c.operations'), input.operationId)} is not null
  and to_timestamp(${lastMarkedAt(raw('c.operations'))}::float8 / 1000) >= clock_timestamp() - ${sinceFirstSending(firstSentAt)} * interval '1 millisecond' - interval '1 minute'
order by c.status_changed_at, c.id`,
    input,
  )
  return rows.map(toConversation)
}
