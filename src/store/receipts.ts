import { applyReceiptInput } from '../model/validation/receipt-schemas.js'
import type { AccountContext } from './account-context.js'
import type { AccountConversations } from './account-conversations.js'
import type { EventResult, InboxReceiptResult } from './results.js'
import { sendItems } from './upserts.js'

/**
 * Looks for the customers first, and then writes each receipt as one of theirs. Nothing is decided by what was read: a
 * message stays with its person, whatever their ids become in between, and the write finds it by the guards of its own.
 */
export function accountReceipts(context: AccountContext): Pick<AccountConversations, 'applyReceipt'> {
  const { accountId, dispatch } = context
  return {
    async applyReceipt(given) {
      const { oaId, messageIds, ...receipt } = context.parse(applyReceiptInput, given)
      const wanted = [...new Set(messageIds)]
      const found = await dispatch.read(null, (operations, bounds) =>
        operations.findReceivers({ accountId, ...bounds, oaId, messageIds: wanted }),
      )
      const customersOf = new Map(
        wanted.map((id) => [id, found.filter(({ messageId }) => messageId === id).map((each) => each.customerId)]),
      )
      const idsOf = new Map<string, string[]>()
      for (const [messageId, [customerId, ...others]] of customersOf) {
        if (customerId !== undefined && others.length === 0) idsOf.set(customerId, [...(idsOf.get(customerId) ?? []), messageId])
      }
      const items = [...idsOf].map(([customerId, ids]) => ({
        oaId,
        customerId,
        events: ids.map((id) => ({ type: 'receipt' as const, ...receipt, messageIds: [id] })),
      }))
      const written = items.length === 0 ? [] : await sendItems(context, items, true)
      const outcomes = new Map<string, InboxReceiptResult['outcome']>()
      for (const [index, ids] of [...idsOf.values()].entries()) {
        const result = written[index]
        if (!result?.ok) continue
        for (const [place, id] of ids.entries()) outcomes.set(id, outcomeOf(result.events[place]))
      }
      return messageIds.map((messageId) => {
        const customerIds = customersOf.get(messageId) ?? []
        return { messageId, customerIds, outcome: outcomes.get(messageId) ?? (customerIds.length === 0 ? 'unknown' : 'ambiguous') }
      })
    },
  }
}

/** A receipt that was applied leaves no row, so it is never `stored`. Nor is it a message that could come live. */
function outcomeOf(event: EventResult | undefined): InboxReceiptResult['outcome'] {
  return event === undefined || event.outcome === 'stored' || event.outcome === 'live' ? 'unchanged' : event.outcome
}
