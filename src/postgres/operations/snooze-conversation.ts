import { ConversationStoreError } from '../../model/errors.js'
import type { Change, ChangeStatus } from '../../store/adapter.js'
import { changeConversation } from '../change-conversation.js'
import { boundTime } from '../clock.js'
import type { PostgresContext } from '../context.js'
import { sql } from '../sql.js'

/**
 * Snoozes an active conversation until a time. One statement. Throws NOT_FOUND, VERSION_CONFLICT,
 * INVALID_TRANSITION.
 */
export function snoozeConversation(context: PostgresContext, input: ChangeStatus & { readonly until: Date }): Promise<Change> {
  const until = boundTime(input.until)
  return changeConversation(context, input, {
    set: (at) => sql`status = 'snoozed', snoozed_until = ${until},
         status_changed_at = case when c.status = 'snoozed' then c.status_changed_at else ${at} end`,
    isTimed: true,
    guard: sql`(c.status = 'open' or (c.status = 'snoozed' and c.snoozed_until is distinct from ${until}))`,
    refusal: ({ status, snoozedUntil }) => {
      if (status === 'closed') return new ConversationStoreError('INVALID_TRANSITION', { from: status, to: 'snoozed' })
      return status === 'snoozed' && snoozedUntil?.getTime() === input.until.getTime() ? 'unchanged' : null
    },
  })
}
