import { ConversationStoreError } from '../../model/errors.js'
import { changedContact } from '../../model/planning/change-contact.js'
import type { ContactRow } from '../../model/planning/rows.js'
import { toContact } from '../../model/planning/to-records.js'
import type { Contact } from '../../model/records.js'
import type { ContactPatch, ContactTarget, WriteStamp } from '../../store/adapter.js'
import { resentAfter } from '../../store/first-sending.js'
import { contactFilter, keptContactId } from '../contact-filter.js'
import { contentionPause } from '../contention-pause.js'
import { inSession, type MongoContext } from '../context.js'
import { contactDocument, contactRow } from '../documents/contacts.js'
import type { Doc } from '../driver.js'
import { differs, markedChange } from '../expressions.js'
import { updateBetween } from '../field-updates.js'
import { findNow } from '../find-now.js'
import { storeJson } from '../json-field.js'
import { literal } from '../literal.js'
import { contention } from '../translate-error.js'

type UpdateContact = WriteStamp & ContactTarget & { readonly patch: ContactPatch }

/**
 * Patches a contact with what a person typed. It takes one command, and one more to look up a customer. Throws
 * NOT_FOUND.
 */
export async function updateContact(context: MongoContext, input: UpdateContact): Promise<Contact> {
  const filter = await contactFilter(context, input)
  if (filter === null) throw notFound()
  if (input.firstSentAt !== null) return toContact(await updateAgain(context, input, filter))

  const fields = Object.entries(fieldsOf(input.patch))
  const update = markedChange(input, {
    outcome: 'updated',
    when: [{ $or: fields.map(([field, value]) => differs(field, value)) }],
    set: Object.fromEntries(fields.map(([field, value]) => [field, literal(value)])),
  })
  const unmerged = { ...filter, merged_into: null }
  const doc = await context.collections.contacts.findOneAndUpdate(unmerged, update, { ...inSession(context), returnDocument: 'after' })
  if (doc !== null) return toContact(contactRow(doc))
  const kept = await keptContactId(context, input.accountId, String(filter._id))
  if (kept === filter._id) throw notFound()
  return updateContact(context, { ...withoutCustomer(input), contactId: kept })
}

const attempts = 10

/**
 * Changes a contact for a call that is sent again. It first reads whether the contact remembers the call, and writes
 * only if no other call has changed the contact since: every such call adds its mark, so equal marks mean that there
 * was none. Throws COMMIT_OUTCOME_UNKNOWN when the contact no longer tells, and CONTENTION after ten lost attempts.
 */
async function updateAgain(context: MongoContext, input: UpdateContact, filter: Doc): Promise<ContactRow> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const { doc, serverNow } = await findNow(context, 'contacts', filter)
    if (doc === null) throw notFound()
    const row = contactRow(doc)
    if (row.mergedInto !== null) return updateAgain(context, input, { ...filter, _id: row.mergedInto })
    const stamp = { ...input, serverNow, now: input.now ?? serverNow, resentAfter: resentAfter(input.firstSentAt) }
    const next = changedContact(row, stamp, input.patch)
    if (next === row) return row
    const [before, after] = [contactDocument(row), contactDocument(next)]
    const unchanged = { ...filter, operations: before.operations }
    const options = { ...inSession(context), returnDocument: 'after' }
    const changed = await context.collections.contacts.findOneAndUpdate(unchanged, updateBetween(before, after), options)
    if (changed) return contactRow(changed)
    await contentionPause(attempt)
  }
  throw contention(attempts)
}

function withoutCustomer({ accountId, operationId, firstSentAt, now, patch, deadline }: UpdateContact) {
  return { accountId, operationId, firstSentAt, now, patch, ...(deadline === undefined ? {} : { deadline }) }
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
