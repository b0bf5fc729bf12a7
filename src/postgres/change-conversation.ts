import { ConversationStoreError } from '../model/errors.js'
import type { Conversation } from '../model/records.js'
import type { Change, ChangeOutcome, ChangeStatus } from '../store/adapter.js'
import { nowOf } from './clock.js'
import { columns, type Row } from './columns.js'
import type { PostgresContext } from './context.js'
import { targetId } from './conversation-target.js'
import { forgottenSince, rememberedOutcome, unseen, withMark } from './operation-marks.js'
import { flag, textOrNull } from './readers.js'
import { conversationWritten, toConversation } from './rows/conversation.js'
import { type Fragment, nothing, raw, sql } from './sql.js'

/** A change to one conversation. Its fragments call the conversation `c`. */
export interface ConversationChange {
  /** Assignments in addition to those of version, updated_at and operations. `at` is the time of the change. */
  set(at: Fragment): Fragment
  /**
   * Whether the assignments use the time. Then the row is locked before the time is taken, so that all of them get the
   * same time, which is not before the wait. Without them, updated_at takes it as the row is written.
   */
  readonly isTimed: boolean
  /** The condition under which the change is made. */
  readonly guard: Fragment
  /** Columns that tell why the guard refused the change: each alias with its expression. */
  readonly reasons?: Readonly<Record<string, Fragment>>
  /**
   * Why the guard refused the change: an error, or 'unchanged' when there is nothing to change. Null when the guard
   * would let the change pass.
   */
  refusal(found: Conversation, row: Row): ConversationStoreError | 'unchanged' | null
  /** Further expressions of the statement's `with` list, which may read `changed` and `missed`. */
  readonly also?: Fragment
}

const changeRow = columns({ applied: flag })
const markRow = columns({ remembered: textOrNull<ChangeOutcome>, forgotten: flag })

/**
 * Makes the change with all its guards in one statement, which also tells why it made no change. The reasons describe
 * the conversation as it was when the statement began. If they don't explain the refusal, another writer changed the
 * conversation in the meantime, and it is read once more. Throws CONTENTION when that doesn't explain it either.
 */
export async function changeConversation(context: PostgresContext, input: ChangeStatus, change: ConversationChange): Promise<Change> {
  const [row] = await context.write(changeStatement(context, input, change), input)
  if (row !== undefined && flag(changeRow.of(row).applied)) return { outcome: 'updated', conversation: toConversation(row) }
  const answer = explain(row, input, change)
  if (answer !== null) return answer
  const [again] = await context.write(readStatement(context, input, change), input)
  const late = explain(again, input, change)
  if (late !== null) return late
  throw new ConversationStoreError('CONTENTION', { attempts: 1 })
}

function changeStatement(context: PostgresContext, input: ChangeStatus, change: ConversationChange): Fragment {
  const { tables } = context
  const { accountId, operationId, firstSentAt, expectedVersion } = input
  const at = change.isTimed ? raw('held.at') : nowOf(input)
  const mayChange = sql`c.account_id = ${accountId} and c.id = (select id from target)
     and ${unseen(raw('c.operations'), operationId)}
     ${firstSentAt === null ? nothing : sql`and not ${forgottenSince(raw('c.operations'), firstSentAt)}`}
     ${expectedVersion === null ? nothing : sql`and c.version = ${expectedVersion}::integer`}
     ${meansActive(input) ? raw("and c.status <> 'closed'") : nothing}
     and ${change.guard}`
  return sql`with target as materialized (select ${targetId(context, input)}::text as id),
${
  change.isTimed
    ? sql`held as materialized (
  select h.id, ${nowOf(input)} as at from (select c.id from ${tables.conversations} c where ${mayChange} for no key update) h
),
`
    : nothing
}changed as (
  update ${tables.conversations} c
     set version = c.version + 1, updated_at = ${at}, operations = ${withMark(raw('c.operations'), operationId, raw("'updated'"))},
         ${change.set(at)}
   ${change.isTimed ? sql`from held where c.account_id = ${accountId} and c.id = held.id` : sql`where ${mayChange}`}
  returning ${conversationWritten(context, input.accountId)}
),
missed as materialized (
  select ${conversationWritten(context, input.accountId)}, ${misses(input, change)} from ${tables.conversations} c
  where c.account_id = ${accountId} and c.id = (select id from target) and not exists (select from changed)
)${change.also ?? nothing}
select true as applied, changed.*, ${noMisses(change)} from changed
union all
select false, missed.* from missed`
}

/**
 * Whether the change means the customer's active conversation. Another writer may close it while the statement waits
 * for its lock, and then another conversation may be the active one.
 */
function meansActive({ target, firstSentAt }: ChangeStatus): boolean {
  return !('conversationId' in target) && firstSentAt === null
}

function readStatement(context: PostgresContext, input: ChangeStatus, change: ConversationChange): Fragment {
  return sql`select ${conversationWritten(context, input.accountId)}, ${misses(input, change)} from ${context.tables.conversations} c
where c.account_id = ${input.accountId} and c.id = ${targetId(context, input)}`
}

function misses({ operationId, firstSentAt }: ChangeStatus, { reasons = {} }: ConversationChange): Fragment {
  const columns = sql`${rememberedOutcome(raw('c.operations'), operationId)} as remembered,
    ${forgottenSince(raw('c.operations'), firstSentAt)} as forgotten`
  return Object.entries(reasons).reduce((all, [alias, reason]) => sql`${all}, ${reason} as ${raw(alias)}`, columns)
}

function noMisses({ reasons = {} }: ConversationChange): Fragment {
  return raw(['null::text as remembered', 'false as forgotten', ...Object.keys(reasons).map((alias) => `null as ${alias}`)].join(', '))
}

function explain(row: Row | undefined, input: ChangeStatus, change: ConversationChange): Change | null {
  if (row === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'conversation' })
  const conversation = toConversation(row)
  const mark = markRow.of(row)
  const remembered = textOrNull(mark.remembered)
  if (remembered !== null) return { outcome: remembered, conversation }
  if (flag(mark.forgotten)) throw new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId: input.operationId })
  const { expectedVersion } = input
  if (expectedVersion !== null && expectedVersion !== conversation.version)
    throw new ConversationStoreError('VERSION_CONFLICT', { expected: expectedVersion, actual: conversation.version })
  const refusal = change.refusal(conversation, row)
  if (refusal === 'unchanged') return { outcome: 'unchanged', conversation }
  if (refusal !== null) throw refusal
  return null
}
