import { ConversationStoreError, type MergeRefusal } from '../../model/errors.js'
import type { ConversationTarget, Merge, MergeResult, WriteStamp } from '../../store/adapter.js'
import { boundTimeOrNull } from '../clock.js'
import { columns, type Row } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { integer, json, text, textOrNull } from '../readers.js'
import { conversationWritten, toConversation } from '../rows/conversation.js'
import { type Fragment, sql } from '../sql.js'

const mergeRow = columns({ outcome: text, other_id: textOrNull, expected: integer, actual: integer })

/**
 * Makes one conversation of two. One statement, and further ones before it that mark what both have, if both are large.
 * Throws NOT_FOUND, VERSION_CONFLICT and what `refusal` tells.
 */
export async function mergeConversations(context: PostgresContext, input: WriteStamp & Merge): Promise<MergeResult> {
  const { operationId } = input
  const first = await merge(context, input, context.inTransaction ? {} : null)
  const large = mergeRow.of(first)
  const row = text(large.outcome) === 'large' ? await merge(context, input, await prepared(context, input, first)) : first
  const found = mergeRow.of(row)
  const outcome = text(found.outcome)
  if (outcome === 'conflict') {
    throw new ConversationStoreError('VERSION_CONFLICT', { expected: integer(found.expected), actual: integer(found.actual) })
  }
  if (outcome !== 'merged' && outcome !== 'unchanged') throw refusal(row)
  return { outcome, mergeId: textOrNull(found.other_id) ?? operationId, conversation: toConversation(row) }
}

async function merge(context: PostgresContext, input: WriteStamp & Merge, preparation: object | null): Promise<Row> {
  const { accountId, operationId, keep, lose, expectedVersions, link } = input
  const [row] = await context.write(
    sql`select r.outcome, r.other_id, r.expected, r.actual, ${conversationWritten(context, accountId, '(r.conversation)')} from ${context.fn('merge_prepared')}(
      ${accountId}::text, ${named(keep)}, ${named(lose)}, ${expectedVersions.keep}::integer, ${expectedVersions.lose}::integer,
      ${operationId}::text, ${boundTimeOrNull(input.now)}, ${preparation === null ? null : JSON.stringify(preparation)}::jsonb, ${link}::boolean) r`,
    input,
  )
  if (row === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'conversation' })
  return row
}

const preparedRow = columns({ progress: json<{ readonly done: boolean } | null> })

/** Marks what both have, some of it in each statement. If one of the two is gone meanwhile, the merge finds out. */
async function prepared(context: PostgresContext, input: WriteStamp & Merge, row: Row): Promise<object> {
  const { accountId, operationId } = input
  const [keptId, lostId] = [toConversation(row).id, textOrNull(mergeRow.of(row).other_id)]
  for (let progress: object | null = null; ; ) {
    const [step] = await context.write(
      sql`select ${context.fn('prepare_doubles')}(${accountId}::text, ${keptId}::text, ${lostId}::text, ${operationId}::text,
      ${progress === null ? null : JSON.stringify(progress)}::jsonb) as progress`,
      input,
    )
    const reached: { readonly done: boolean } | null = step === undefined ? null : json(preparedRow.of(step).progress)
    if (reached === null) return progress ?? {}
    if (reached.done) return reached
    progress = reached
  }
}

/** Three arguments: the conversation's id, or the customer's. */
function named(target: ConversationTarget): Fragment {
  if ('conversationId' in target) return sql`${target.conversationId}::text, null::text, null::text`
  return sql`null::text, ${target.oaId}::text, ${target.customerId}::text`
}

/** Why two conversations are not merged, or not parted. */
export function refusal(row: Row): ConversationStoreError {
  const found = mergeRow.of(row)
  const otherId = textOrNull(found.other_id)
  const outcome = text(found.outcome)
  switch (outcome) {
    case 'active':
      return new ConversationStoreError('ACTIVE_CONVERSATION_EXISTS', { conversationId: otherId ?? '' })
    case 'username':
      return new ConversationStoreError('USERNAME_TAKEN', { conversationId: otherId ?? '' })
    case 'ids':
      return new ConversationStoreError('MERGE_REFUSED', { reason: 'ids in conflict', mergeId: null, kind: otherId ?? '' })
    default:
      return new ConversationStoreError('MERGE_REFUSED', { reason: reasons[outcome] ?? 'same conversation', mergeId: otherId })
  }
}

const reasons: Readonly<Record<string, MergeRefusal>> = {
  last: 'not the last',
  parts: 'too many parts',
  inbox: 'other inbox',
  unlinked: 'merged without link',
  linked: 'linked since',
  contacts: 'contacts merged since',
  joined: 'joined since',
}
