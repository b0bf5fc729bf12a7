import { ConversationStoreError, type RedirectRefusal } from '../../model/errors.js'
import type { Inbox } from '../../model/inboxes.js'
import type { FindInboxRedirect, RedirectInbox } from '../../store/adapter.js'
import { boundTimeOrNull } from '../clock.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { sinceFirstSending } from '../first-sending.js'
import { text, textOrNull } from '../readers.js'
import { inboxRow, toInbox } from '../rows/inbox.js'
import { sql } from '../sql.js'

const answerRow = columns({ outcome: textOrNull<'forgotten' | 'missing' | RedirectRefusal>, other: textOrNull })
const redirectRow = columns({ redirected_to: text })

/**
 * Lets what comes to an inbox land in another one, in one statement. Throws NOT_FOUND, REDIRECT_REFUSED, and
 * COMMIT_OUTCOME_UNKNOWN for a resent call that may be forgotten.
 */
export async function redirectInbox(context: PostgresContext, input: RedirectInbox): Promise<Inbox> {
  const { accountId, oaId, to, operationId, firstSentAt } = input
  const [row = {}] = await context.write(
    sql`select r.outcome, r.other, ${inboxRow.list('(r.inbox)')} from ${context.fn('redirect_inbox')}(
      ${accountId}::text, ${oaId}::text, ${to}::text, ${operationId}::text, ${sinceFirstSending(firstSentAt)}, ${boundTimeOrNull(input.now)}) r`,
    input,
  )
  const answer = answerRow.of(row)
  const outcome = textOrNull(answer.outcome)
  switch (outcome) {
    case null:
      return toInbox(row)
    case 'missing':
      throw new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
    case 'forgotten':
      throw new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId })
    default:
      throw new ConversationStoreError('REDIRECT_REFUSED', {
        reason: outcome,
        oaId,
        to: to ?? '',
        otherOaId: textOrNull(answer.other) ?? '',
      })
  }
}

/** Where the inbox sends what comes for a customer whom it does not know. One statement. */
export async function findInboxRedirect(context: PostgresContext, input: FindInboxRedirect): Promise<string | null> {
  const { tables } = context
  const { accountId, oaId, customerId } = input
  const [row] = await context.read(
    sql`select b.redirected_to from ${tables.inboxes} b
where b.account_id = ${accountId} and b.oa_id = ${oaId} and b.redirected_to is not null
  and (select true from ${tables.contact_inboxes} x where x.account_id = ${accountId} and x.oa_id = ${oaId} and x.customer_id = ${customerId} limit 1) is null`,
    input,
  )
  return row === undefined ? null : text(redirectRow.of(row).redirected_to)
}
