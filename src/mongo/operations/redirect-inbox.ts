import type { Inbox } from '../../model/inboxes.js'
import { redirectedInbox } from '../../model/planning/change-inbox.js'
import { toInbox } from '../../model/planning/to-records.js'
import type { FindInboxRedirect, RedirectInbox } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { needsTransactions } from '../deployment.js'
import { inboxRow } from '../documents/inboxes.js'
import { changeInbox } from '../inbox-rows.js'
import { inTransaction } from '../transaction.js'

/**
 * Lets what comes to an inbox land in another one. It writes both inboxes, so that of two calls which would make a
 * chain or a circle one begins anew and finds what the other has made. Throws NOT_FOUND, REDIRECT_REFUSED, and
 * UNSUPPORTED on a server without transactions.
 */
export async function redirectInbox(context: MongoContext, input: RedirectInbox): Promise<Inbox> {
  const { transactions } = await context.deployment()
  if (!transactions) throw needsTransactions('redirectInbox')
  const { accountId, oaId, to } = input
  return inTransaction(context, async (inner) => {
    const { inboxes } = inner.collections
    const row = await changeInbox(inner, input, async (before, stamp) => {
      const found = to === null ? null : await inboxes.findOne({ accountId, oa_id: to }, inSession(inner))
      const leading = await inboxes.findOne({ accountId, redirected_to: oaId }, { ...inSession(inner), sort: { oa_id: 1 } })
      const destination = found && inboxRow(found)
      const next = redirectedInbox(before, stamp, { oaId, to, destination, leadsHere: leading && inboxRow(leading).oaId })
      if (next !== before && to !== null) await inboxes.updateOne({ accountId, oa_id: to }, { $inc: { lock: 1 } }, inSession(inner))
      return next
    })
    return toInbox(row)
  })
}

/** Where the inbox sends what comes for a customer whom it does not know. It takes two commands, and one for others. */
export async function findInboxRedirect(context: MongoContext, { accountId, oaId, customerId }: FindInboxRedirect): Promise<string | null> {
  const { inboxes, contact_inboxes: contactInboxes } = context.collections
  const filter = { accountId, oa_id: oaId, redirected_to: { $type: 'string' } }
  const inbox = await inboxes.findOne(filter, { ...inSession(context), projection: { redirected_to: 1 } })
  if (inbox === null || customerId === null) return inbox && String(inbox.redirected_to)
  const customer = { accountId, oa_id: oaId, customer_id: customerId }
  const known = await contactInboxes.findOne(customer, { ...inSession(context), projection: { _id: 1 } })
  return known === null ? String(inbox.redirected_to) : null
}
