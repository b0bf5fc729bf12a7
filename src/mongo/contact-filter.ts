import type { ContactTarget, Scoped } from '../store/adapter.js'
import { forRead, type MongoContext } from './context.js'
import type { Doc } from './driver.js'

/** The filter for the contact that a target names. Null for a customer who has no contact (yet). */
export async function contactFilter(context: MongoContext, input: Scoped & ContactTarget): Promise<Doc | null> {
  const { accountId, signal } = input
  if ('contactId' in input) return { accountId, _id: input.contactId }
  const customer = { accountId, oa_id: input.oaId, customer_id: input.customerId }
  // An alias's document already names the contact of the customer that it stands for.
  const own = await context.collections.contact_inboxes.findOne(customer, { ...forRead(context, signal), projection: { contact_id: 1 } })
  return typeof own?.contact_id === 'string' ? { accountId, _id: own.contact_id } : null
}
