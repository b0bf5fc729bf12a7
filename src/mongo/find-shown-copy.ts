import { peopleIn, shownCopy } from '../model/planning/copies.js'
import { isHidden } from '../model/planning/merged-parts.js'
import type { ConversationRow, MessageRow } from '../model/planning/rows.js'
import { groupScopes } from '../model/planning/scopes.js'
import { inSession, type MongoContext } from './context.js'
import { messageRow } from './documents/messages.js'
import { contactInboxesOf } from './people-in.js'
import { messageFields } from './projections.js'

/** The copy that a conversation shows in place of a message. Nothing is asked for a message that is shown itself. */
export async function findShownCopy(
  context: MongoContext,
  accountId: string,
  conversation: Pick<ConversationRow, 'id' | 'contactInboxId' | 'parts'>,
  row: MessageRow,
): Promise<MessageRow | null> {
  if (row.messageId === null || !isHidden(conversation, row)) return null
  const ids = [row.scopeId, conversation.contactInboxId, ...conversation.parts.map((part) => part.contactInboxId)]
  const people = await contactInboxesOf(context, accountId, ids)
  const scopes = peopleIn(people, conversation).flatMap(groupScopes)
  const filter = { accountId, contact_inbox_id: { $in: scopes }, message_id: row.messageId }
  const found = await context.collections.messages.find(filter, { ...inSession(context), projection: messageFields }).toArray()
  const copies = new Map(found.map(messageRow).map((copy) => [copy.scopeId, copy]))
  return shownCopy({ ...people, messageByMessageId: (scope) => copies.get(scope) ?? null }, conversation, row)
}
