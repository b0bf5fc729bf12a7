import { toMessage } from '../../model/planning/to-records.js'
import type { Message } from '../../model/records.js'
import type { MessageTarget, Scoped } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { messageRow } from '../documents/messages.js'
import type { Doc } from '../driver.js'
import { messageFields } from '../projections.js'

/**
 * Finds a message by its id with one command. By the channel's or the host's id it takes two, because those ids are
 * unique only within the contact inbox of exactly this customer. Null if there is none.
 */
export async function findMessage(context: MongoContext, input: Scoped & MessageTarget): Promise<Message | null> {
  const filter = await messageFilter(context, input)
  const options = { ...inSession(context), projection: messageFields }
  const doc = filter && (await context.collections.messages.findOne(filter, options))
  return doc && toMessage(messageRow(doc))
}

async function messageFilter(context: MongoContext, input: Scoped & MessageTarget): Promise<Doc | null> {
  const { accountId } = input
  if ('id' in input) return { accountId, _id: input.id }
  const customer = { accountId, oa_id: input.oaId, customer_id: input.customerId }
  const own = await context.collections.contact_inboxes.findOne(customer, { ...inSession(context), projection: { _id: 1 } })
  if (own === null) return null
  const known = 'messageId' in input ? { message_id: input.messageId } : { local_id: input.localId }
  return { accountId, contact_inbox_id: own._id, ...known }
}
