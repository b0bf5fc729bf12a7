import { toContact } from '../../model/planning/to-records.js'
import type { Contact } from '../../model/records.js'
import type { ContactTarget, Scoped } from '../../store/adapter.js'
import { contactFilter } from '../contact-filter.js'
import { inSession, type MongoContext } from '../context.js'
import { contactRow } from '../documents/contacts.js'
import { contactFields } from '../projections.js'

export async function findContact(context: MongoContext, input: Scoped & ContactTarget): Promise<Contact | null> {
  const filter = await contactFilter(context, input)
  const options = { ...inSession(context), projection: contactFields }
  const doc = filter && (await context.collections.contacts.findOne(filter, options))
  if (doc === null || typeof doc.merged_into !== 'string') return doc && toContact(contactRow(doc))
  // What was merged leads to the contact that was kept.
  const { accountId, signal } = input
  return findContact(context, { accountId, signal, contactId: doc.merged_into })
}
