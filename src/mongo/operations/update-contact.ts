import { ConversationStoreError } from '../../model/errors.js'
import { changedContact } from '../../model/planning/change-contact.js'
import type { ContactRow } from '../../model/planning/rows.js'
import { toContact } from '../../model/planning/to-records.js'
import type { Contact } from '../../model/records.js'
import type { ContactPatch, ContactTarget, WriteStamp } from '../../store/adapter.js'
import { resentAfter } from '../../store/first-sending.js'
import { contactFilter } from '../contact-filter.js'
import { inSession, type MongoContext } from '../context.js'
import { contactRow } from '../documents/contacts.js'
import type { Doc } from '../driver.js'
import { differs, literal, markedChange } from '../expressions.js'
import { findNow } from '../find-now.js'
import { storeJson } from '../json-field.js'

type UpdateContact = WriteStamp & ContactTarget & { readonly patch: ContactPatch }

/**
 * Patches a contact with what a person typed. It takes one command, and one more to look up a customer. Throws
 * NOT_FOUND.
 */
export async function updateContact(context: MongoContext, input: UpdateContact): Promise<Contact> {
  const filter = await contactFilter(context, { ...input, signal: null })
  if (filter === null) throw notFound()
  const known = input.firstSentAt === null ? null : await decided(context, input, filter)
  if (known) return toContact(known)

  const fields = Object.entries(fieldsOf(input.patch))
  const update = markedChange(input, {
    outcome: 'updated',
    when: [{ $or: fields.map(([field, value]) => differs(field, value)) }],
    set: Object.fromEntries(fields.map(([field, value]) => [field, literal(value)])),
  })
  const doc = await context.collections.contacts.findOneAndUpdate(filter, update, { ...inSession(context), returnDocument: 'after' })
  if (doc === null) throw notFound()
  return toContact(contactRow(doc))
}

/**
 * Returns the contact if a call that is sent again has nothing left to do, otherwise null. Throws
 * COMMIT_OUTCOME_UNKNOWN when the contact no longer tells.
 */
async function decided(context: MongoContext, input: UpdateContact, filter: Doc): Promise<ContactRow | null> {
  const { doc, serverNow } = await findNow(context, 'contacts', filter)
  if (doc === null) throw notFound()
  const row = contactRow(doc)
  const next = changedContact(
    row,
    { ...input, serverNow, now: input.now ?? serverNow, resentAfter: resentAfter(input.firstSentAt) },
    input.patch,
  )
  return next === row ? row : null
}

function fieldsOf({ name, metadata }: ContactPatch): Doc {
  return {
    ...(name === undefined ? {} : { name, name_source: name === null ? null : 'person' }),
    ...(metadata === undefined ? {} : { metadata: storeJson(metadata) }),
  }
}

function notFound(): ConversationStoreError<'NOT_FOUND'> {
  return new ConversationStoreError('NOT_FOUND', { what: 'contact' })
}
