import type { ContactInboxRow, ConversationRow } from '../model/planning/rows.js'
import { toConversation } from '../model/planning/to-records.js'
import type { Conversation } from '../model/records.js'
import { inSession, type MongoContext } from './context.js'
import { contactInboxRow } from './documents/contact-inboxes.js'
import { conversationOf, isLinked } from './documents/conversations.js'
import { text } from './documents/fields.js'
import type { Doc } from './driver.js'

/** The conversation as the host gets it. One that is linked costs a second read, of its contact inbox. */
export async function hostConversation(context: MongoContext, row: ConversationRow): Promise<Conversation> {
  const heads = row.isLinked ? await headsOf(context, row.accountId, [row.contactInboxId]) : noHeads
  return toConversation(row, heads.get(row.contactInboxId) ?? null)
}

/** The conversations of these documents. Those that are linked cost one more read for all of them. */
export async function hostConversations(
  context: MongoContext,
  accountId: string,
  documents: readonly Doc[],
): Promise<readonly Conversation[]> {
  const ids = documents.filter(isLinked).map(({ contact_inbox_id }) => text(contact_inbox_id))
  const heads = ids.length === 0 ? noHeads : await headsOf(context, accountId, ids)
  return documents.map((doc) => conversationOf(doc, heads.get(text(doc.contact_inbox_id)) ?? null))
}

/** The conversation of the document, or null without one. */
export async function hostConversationOf(context: MongoContext, accountId: string, doc: Doc | null): Promise<Conversation | null> {
  const [conversation = null] = doc === null ? [] : await hostConversations(context, accountId, [doc])
  return conversation
}

const noHeads: ReadonlyMap<string, ContactInboxRow> = new Map()

async function headsOf(context: MongoContext, accountId: string, ids: readonly string[]): Promise<ReadonlyMap<string, ContactInboxRow>> {
  const filter = { accountId, _id: { $in: [...new Set(ids)] } }
  const documents = await context.collections.contact_inboxes.find(filter, inSession(context)).toArray()
  return new Map(documents.map(contactInboxRow).map((row) => [row.id, row]))
}
