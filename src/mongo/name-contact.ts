import type { WriteStamp } from '../store/adapter.js'
import { inSession, type MongoContext } from './context.js'
import { literal, nowOf } from './expressions.js'

/** Gives a contact the name that its channel reports, unless a person has typed one. */
export async function nameContact(context: MongoContext, input: WriteStamp, contactId: string, name: string): Promise<void> {
  const filter = { accountId: input.accountId, _id: contactId, name_source: { $ne: 'person' }, name: { $ne: name } }
  const update = [{ $set: { name: literal(name), name_source: literal('channel'), updated_at: nowOf(input) } }]
  await context.collections.contacts.updateOne(filter, update, inSession(context))
}
