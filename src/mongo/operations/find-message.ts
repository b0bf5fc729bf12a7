import { asSeen } from '../../model/planning/merged-parts.js'
import type { MessageRow } from '../../model/planning/rows.js'
import { scopesIn } from '../../model/planning/scopes.js'
import { toMessage } from '../../model/planning/to-records.js'
import type { Message } from '../../model/records.js'
import type { CustomerTarget, MessageTarget, Scoped } from '../../store/adapter.js'
import { inSession, type MongoContext } from '../context.js'
import { contactInboxRow } from '../documents/contact-inboxes.js'
import { partedRow } from '../documents/merges.js'
import { messageRow } from '../documents/messages.js'
import type { Doc } from '../driver.js'
import { findShownCopy } from '../find-shown-copy.js'
import { messageFields, withoutOperations } from '../projections.js'
import { anyOf } from '../upsert/queries.js'

/**
 * Finds a message by its id with two commands. By the channel's or the host's id it takes three, because those ids are
 * unique only within what is stored of this customer, and for an alias four. The last of them asks whether the
 * message's conversation was merged into another one. Null if there is no message.
 */
export async function findMessage(context: MongoContext, input: Scoped & MessageTarget): Promise<Message | null> {
  const doc = await findDocument(context, input)
  return doc && toMessage(await asSeenNow(context, messageRow(doc)))
}

/** Its conversation may have been merged into another one, and a merge may show another copy in its place. */
async function asSeenNow(context: MongoContext, row: MessageRow): Promise<MessageRow> {
  const { accountId, conversationId } = row
  const { conversations, conversation_merges } = context.collections
  const merge = await conversation_merges.findOne({ accountId, lost_id: conversationId, standing: true }, inSession(context))
  if (merge === null && row.doubleIn === null) return row
  const id = merge === null ? conversationId : String(merge.kept_id)
  const found = await conversations.findOne({ accountId, _id: id }, { ...inSession(context), ...withoutOperations })
  if (found === null) return row
  const conversation = partedRow(found)
  return asSeen(conversation, (await findShownCopy(context, accountId, conversation, row)) ?? row)
}

async function findDocument(context: MongoContext, input: Scoped & MessageTarget): Promise<Doc | null> {
  const { accountId } = input
  const options = { ...inSession(context), projection: messageFields }
  const { messages } = context.collections
  if ('id' in input) return messages.findOne({ accountId, _id: input.id }, options)
  const scopes = await customerScopes(context, accountId, input)
  if (scopes.length === 0) return null
  const known = 'messageId' in input ? { message_id: input.messageId } : { local_id: input.localId }
  const filter = { accountId, contact_inbox_id: anyOf(scopes, (scope) => scope), ...known }
  if (scopes.length === 1) return messages.findOne(filter, options)
  // Two ids may each have had a message with this id before they were linked. The first scope's is the one.
  const found = await messages.find(filter, options).toArray()
  const place = ({ contact_inbox_id: scope }: Doc) => scopes.indexOf(String(scope))
  return found.sort((a, b) => place(a) - place(b))[0] ?? null
}

async function customerScopes(context: MongoContext, accountId: string, { oaId, customerId }: CustomerTarget): Promise<readonly string[]> {
  const find = async (key: Doc) => {
    const doc = await context.collections.contact_inboxes.findOne({ accountId, ...key }, inSession(context))
    return doc && contactInboxRow(doc)
  }
  const own = await find({ oa_id: oaId, customer_id: customerId })
  const head = own === null || own.canonicalId === null ? own : await find({ _id: own.canonicalId })
  return own === null || head === null ? [] : scopesIn(own, head, () => head.channel).all
}
