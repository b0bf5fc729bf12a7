import { compositeKey } from '../model/composite-key.js'
import { applyReceiptInput } from '../model/validation/receipt-schemas.js'
import type { AccountContext } from './account-context.js'
import type { AccountConversations } from './account-conversations.js'
import type { CustomerTarget, Receiver } from './adapter.js'
import { findInboxRedirect } from './inbox-redirects.js'
import type { EventResult, InboxReceiptResult } from './results.js'
import { sendItems } from './upserts.js'

/**
 * Looks for the customers first, and then writes each receipt as one of theirs. Nothing is decided by what was read: a
 * message stays with its person, whatever their ids become in between, and the write finds it by the guards of its own.
 */
export function accountReceipts(context: AccountContext): Pick<AccountConversations, 'applyReceipt'> {
  return {
    async applyReceipt(given) {
      const { oaId, messageIds, ...receipt } = context.parse(applyReceiptInput, given)
      const wanted = [...new Set(messageIds)]
      const found = await findReceivers(context, oaId, wanted)
      const customersOf = new Map(wanted.map((id) => [id, found.filter(({ messageId }) => messageId === id)]))
      const byCustomer = new Map<string, CustomerTarget & { readonly ids: string[] }>()
      for (const [messageId, [receiver, ...others]] of customersOf) {
        if (receiver === undefined || others.length > 0) continue
        const key = compositeKey(receiver.oaId, receiver.customerId)
        const known = byCustomer.get(key)
        if (known) known.ids.push(messageId)
        else byCustomer.set(key, { oaId: receiver.oaId, customerId: receiver.customerId, ids: [messageId] })
      }
      const receivers = [...byCustomer.values()]
      const items = receivers.map(({ ids, ...customer }) => ({
        ...customer,
        events: ids.map((id) => ({ type: 'receipt' as const, ...receipt, messageIds: [id] })),
      }))
      const written = items.length === 0 ? [] : await sendItems(context, items, true)
      const outcomes = new Map<string, InboxReceiptResult['outcome']>()
      for (const [index, { ids }] of receivers.entries()) {
        const result = written[index]
        if (!result?.ok) continue
        for (const [place, id] of ids.entries()) outcomes.set(id, outcomeOf(result.events[place]))
      }
      return messageIds.map((messageId) => {
        const customerIds = (customersOf.get(messageId) ?? []).map(({ customerId }) => customerId)
        return { messageId, customerIds, outcome: outcomes.get(messageId) ?? (customerIds.length === 0 ? 'unknown' : 'ambiguous') }
      })
    },
  }
}

/**
 * The customers to whom replies with these ids were sent: in the inbox, and for the ids that it does not know, in the
 * one to which it redirects.
 */
async function findReceivers(
  context: AccountContext,
  oaId: string,
  messageIds: readonly string[],
): Promise<readonly (Receiver & CustomerTarget)[]> {
  const { accountId, dispatch } = context
  const findIn = async (inbox: string, ids: readonly string[]) => {
    const found = await dispatch.read(null, (operations, bounds) =>
      operations.findReceivers({ accountId, ...bounds, oaId: inbox, messageIds: ids }),
    )
    return found.map(({ messageId, customerId }) => ({ oaId: inbox, messageId, customerId }))
  }
  const found = await findIn(oaId, messageIds)
  const missing = messageIds.filter((id) => found.every(({ messageId }) => messageId !== id))
  const redirectedTo = missing.length === 0 ? null : await findInboxRedirect(context, { oaId, customerId: null }, null)
  return redirectedTo === null ? found : [...found, ...(await findIn(redirectedTo, missing))]
}

/** A receipt that was applied leaves no row, so it is never `stored`. Nor is it a message that could come live. */
function outcomeOf(event: EventResult | undefined): InboxReceiptResult['outcome'] {
  return event === undefined || event.outcome === 'stored' || event.outcome === 'live' ? 'unchanged' : event.outcome
}
