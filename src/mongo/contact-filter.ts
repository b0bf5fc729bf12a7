import type { ContactTarget } from '../store/adapter.js'
import { inSession, type MongoContext } from './context.js'
import type { Doc } from './driver.js'

/** The filter for the contact that a target names. Null for a customer who has no contact (yet). */
export async function contactFilter(context: MongoContext, input: { readonly accountId: string } & ContactTarget): Promise<Doc | null> {
  const { accountId } = input
  if ('contactId' in input) return { accountId, _id: input.contactId }
  const options = { ...inSession(context), projection: { contact_id: 1, canonical_id: 1 } }
  const find = (key: Doc) => context.collections.contact_inboxes.findOne({ accountId, ...key }, options)
  const own = await find({ oa_id: input.oaId, customer_id: input.customerId })
  // An alias names the contact of its head, unless the head has got one since.
  const isLeftToHead = own !== null && typeof own.contact_id !== 'string' && typeof own.canonical_id === 'string'
  const named = isLeftToHead ? await find({ _id: own.canonical_id }) : own
  return typeof named?.contact_id === 'string' ? { accountId, _id: named.contact_id } : null
}

/** The contact's id, or that of the contact that it was merged into. */
export async function keptContactId(context: MongoContext, accountId: string, contactId: string): Promise<string> {
  const options = { ...inSession(context), projection: { merged_into: 1 } }
  const doc = await context.collections.contacts.findOne({ accountId, _id: contactId }, options)
  return typeof doc?.merged_into === 'string' ? doc.merged_into : contactId
}

/** The ids by which conversations name a contact: its own, and those of the contacts that became one with it. */
export async function contactIds(context: MongoContext, accountId: string, contactId: string): Promise<readonly string[]> {
  const kept = await keptContactId(context, accountId, contactId)
  const options = { ...inSession(context), projection: { _id: 1 } }
  const merged = await context.collections.contacts.find({ accountId, merged_into: kept }, options).toArray()
  return [kept, ...merged.map(({ _id }) => String(_id))]
}
