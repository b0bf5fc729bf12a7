import { ConversationStoreError } from '../model/errors.js'
import { rememberedOperations } from '../model/limits.js'
import type { Conversation } from '../model/records.js'
import type { WriteStamp } from '../store/adapter.js'
import { keptContactId } from './contact-filter.js'
import { inSession, type MongoContext } from './context.js'
import { nowOf } from './expressions.js'
import { literal } from './literal.js'

/** In a transaction: gives a contact the name that its channel reports, unless a person has typed one. */
export async function nameContact(context: MongoContext, input: WriteStamp, contactId: string, name: string): Promise<void> {
  const { accountId } = input
  const kept = await keptContactId(context, accountId, contactId)
  const filter = { accountId, _id: kept, name_source: { $ne: 'person' }, name: { $ne: name } }
  const update = [{ $set: { name: literal(name), name_source: literal('channel'), updated_at: nowOf(input) } }]
  await context.collections.contacts.updateOne(filter, update, inSession(context))
}

/**
 * Without a transaction: gives the contact the name that a conversation has been given before, unless a person has
 * typed one. Another call may have renamed the conversation in between, and the contact with it. So the contact
 * remembers which version of a conversation it has its name from, and an older version does not replace the name. (It
 * remembers the last 16 conversations; more than one matters only when somebody renames a closed one.)
 *
 * By now the conversation is written. Therefore any failure is COMMIT_OUTCOME_UNKNOWN: the store sends the call again,
 * and it completes the name.
 */
export async function nameContactAfter(context: MongoContext, input: WriteStamp, conversation: Conversation): Promise<void> {
  const { accountId, operationId } = input
  const { id, version, contactId, customerName } = conversation
  if (customerName === null) return
  const isNewer = { $elemMatch: { conversation_id: id, version: { $gt: version } } }
  const filter = { accountId, _id: contactId, name_source: { $ne: 'person' }, named_by: { $not: isNewer } }
  const others = { $filter: { input: { $ifNull: ['$named_by', []] }, cond: { $ne: ['$$this.conversation_id', literal(id)] } } }
  const naming = [{ conversation_id: literal(id), version: literal(version) }]
  const isNamed = { $and: [{ $eq: ['$name', literal(customerName)] }, { $eq: ['$name_source', 'channel'] }] }
  const update = {
    name: literal(customerName),
    name_source: 'channel',
    updated_at: { $cond: [isNamed, '$updated_at', nowOf(input)] },
    named_by: { $slice: [{ $concatArrays: [others, naming] }, -rememberedOperations] },
  }
  try {
    await context.collections.contacts.updateOne(filter, [{ $set: update }])
  } catch (error) {
    throw new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId }, { cause: error })
  }
}
