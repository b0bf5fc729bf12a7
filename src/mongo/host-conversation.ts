import type { ContactInboxRow, ConversationRow } from '../model/planning/rows.js'
import { sameValue } from '../model/planning/same-value.js'
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

/**
 * The conversation that `find` reads, with the ids that its customer had at that moment, or null if there is none. One
 * that is linked is read again after its contact inbox, because ids may have been linked between the two reads. Where
 * it has changed, its contact inbox is read again as well, until one of the two is as it was. Then both were so at
 * once.
 */
export async function foundConversation(
  context: MongoContext,
  accountId: string,
  find: () => Promise<Doc | null>,
): Promise<Conversation | null> {
  let doc = await find()
  if (doc === null || !isLinked(doc)) return doc && conversationOf(doc, null)
  let head = await headOf(context, accountId, doc)
  // What a session reads is of one moment.
  if (context.session !== null) return conversationOf(doc, head)
  for (;;) {
    const again = await find()
    if (again === null || !isLinked(again)) return again && conversationOf(again, null)
    if (again._id === doc._id && again.version === doc.version) return conversationOf(again, head)
    const headNow = await headOf(context, accountId, again)
    if (headNow?.id === head?.id && sameValue(headNow?.identities, head?.identities)) return conversationOf(again, headNow)
    doc = again
    head = headNow
  }
}

const noHeads: ReadonlyMap<string, ContactInboxRow> = new Map()

async function headOf(context: MongoContext, accountId: string, { contact_inbox_id }: Doc): Promise<ContactInboxRow | null> {
  const id = text(contact_inbox_id)
  return (await headsOf(context, accountId, [id])).get(id) ?? null
}

async function headsOf(context: MongoContext, accountId: string, ids: readonly string[]): Promise<ReadonlyMap<string, ContactInboxRow>> {
  const filter = { accountId, _id: { $in: [...new Set(ids)] } }
  const documents = await context.collections.contact_inboxes.find(filter, inSession(context)).toArray()
  return new Map(documents.map(contactInboxRow).map((row) => [row.id, row]))
}
