import { ConversationStoreError } from '../model/errors.js'
import { latestMessageOf, storedParts } from '../model/planning/merged-parts.js'
import { messagePreview } from '../model/planning/preview.js'
import { horizonsOf } from '../model/planning/read-horizons.js'
import type { ConversationRow, MessageRow } from '../model/planning/rows.js'
import { later, listedAt } from '../model/planning/times.js'
import { placeOfLastAnswer, waitOf } from '../model/planning/waiting-customer.js'
import type { StoredUnder } from '../model/planning/world.js'
import type { MongoContext } from './context.js'
import { conversationRow } from './documents/conversations.js'
import { type Group, groupOfHead } from './documents/groups.js'
import { messageRow } from './documents/messages.js'
import type { Doc } from './driver.js'
import { latestState } from './find-now.js'
import { messageKeys } from './schema/hinted-keys.js'
import { countUnread, isShown } from './unread-messages.js'
import { answers, questionsAfter } from './waiting-filters.js'

/** A conversation as it was read in a transaction. */
export interface FoundConversation {
  readonly doc: Doc
  readonly row: ConversationRow
}

/** Reads a conversation that a transaction is going to write. */
export async function findRow(context: MongoContext, filter: Doc): Promise<FoundConversation | null> {
  const doc = await context.collections.conversations.findOne(filter, latestState(context))
  return doc && { doc, row: conversationRow(doc) }
}

/** Reads a conversation by its id, or the one that it was merged into. */
export async function findKept(context: MongoContext, accountId: string, id: string): Promise<FoundConversation | null> {
  const own = await findRow(context, { accountId, _id: id })
  if (own !== null) return own
  const merge = await standingMerge(context, accountId, id)
  return merge && findRow(context, { accountId, _id: String(merge.kept_id) })
}

/** The merge because of which the id of a conversation leads to another one now. */
export function standingMerge(context: MongoContext, accountId: string, lostId: string): Promise<Doc | null> {
  return context.collections.conversation_merges.findOne({ accountId, lost_id: lostId, standing: true }, latestState(context))
}

/** The head of a contact inbox. */
export async function headOf(context: MongoContext, accountId: string, contactInboxId: string): Promise<Doc | null> {
  const find = (id: string) => context.collections.contact_inboxes.findOne({ accountId, _id: id }, latestState(context))
  const own = await find(contactInboxId)
  return typeof own?.canonical_id === 'string' ? find(own.canonical_id) : own
}

export function groupOrNull(head: Doc | null): Group | null {
  return head && groupOfHead(head)
}

/**
 * Refuses to make a conversation active beside another one of its customer, or beside one that has its username.
 * `known` are the two that the transaction changes, as they will be: their documents are not asked.
 */
export async function requirePlace(context: MongoContext, row: ConversationRow, known: readonly ConversationRow[]): Promise<void> {
  const { accountId, oaId, usernameKey, contactInboxId } = row
  const others = { accountId, active: true, _id: { $nin: [row.id, ...known.map(({ id }) => id)] } }
  const among = (same: (other: ConversationRow) => boolean) =>
    known.find((each) => each.id !== row.id && each.status !== 'closed' && same(each))
  const rival =
    among((each) => each.contactInboxId === contactInboxId) ??
    (await findRow(context, { ...others, contact_inbox_id: contactInboxId }))?.row
  if (rival !== undefined) throw new ConversationStoreError('ACTIVE_CONVERSATION_EXISTS', { conversationId: rival.id })
  if (usernameKey === null) return
  const namesake =
    among((each) => each.oaId === oaId && each.usernameKey === usernameKey) ??
    (await findRow(context, { ...others, oa_id: oaId, username_key: usernameKey }))?.row
  if (namesake !== undefined) throw new ConversationStoreError('USERNAME_TAKEN', { conversationId: namesake.id })
}

/** Lets every write conflict that goes by these contact inboxes, as the locks of upsert/locks.ts do. */
export async function lockContactInboxes(context: MongoContext, accountId: string, ids: readonly string[]): Promise<void> {
  const filter = { accountId, _id: { $in: [...new Set(ids)] } }
  await context.collections.contact_inboxes.updateMany(filter, { $inc: { lock: 1 } }, latestState(context))
}

/** How many messages of a conversation are unread, over all that it holds. */
export async function unreadOf(context: MongoContext, row: ConversationRow): Promise<number> {
  let unread = 0
  for (const part of horizonsOf(row)) unread += await countUnread(context, { accountId: row.accountId, ...part }, part.readSeq)
  return unread
}

/** The conversation as its messages are, whose times are at least those from before. */
export async function withLatest(
  context: MongoContext,
  row: ConversationRow,
  { lastMessageAt, lastActivityAt }: Pick<ConversationRow, 'lastMessageAt' | 'lastActivityAt'>,
): Promise<ConversationRow> {
  const latest = await latestIn(context, row)
  const shown = {
    ...(await waitIn(context, row)),
    lastMessageRowId: latest?.id ?? null,
    lastMessagePreview: latest && messagePreview(latest),
  }
  if (latest === null) return { ...row, ...shown, lastMessageAt, lastActivityAt }
  const at = listedAt(latest)
  return { ...row, ...shown, lastMessageAt: later(lastMessageAt, at), lastActivityAt: later(lastActivityAt, at) }
}

/** The last message of a conversation in its list by time, over all that it holds. */
export async function latestIn(context: MongoContext, row: ConversationRow): Promise<MessageRow | null> {
  const found = new Map<string, MessageRow | null>()
  for (const part of storedParts(row)) found.set(part.id, await firstListed(context, row, part, {}, -1))
  return latestMessageOf({ latestMessage: ({ id }) => found.get(id) ?? null }, row)
}

/** Since when the customer of a conversation waits by its messages, over all that it holds. */
export async function waitIn(context: MongoContext, row: ConversationRow) {
  const answered = new Map<string, MessageRow | null>()
  for (const part of storedParts(row)) answered.set(part.id, await firstListed(context, row, part, answers, -1))
  const asked = new Map<string, MessageRow | null>()
  const lastAnswer = ({ id }: StoredUnder) => answered.get(id) ?? null
  const place = placeOfLastAnswer({ lastAnswer }, row)
  for (const part of storedParts(row)) asked.set(part.id, await firstListed(context, row, part, questionsAfter(place(part)), 1))
  return waitOf({ lastAnswer, firstQuestion: ({ id }) => asked.get(id) ?? null }, row)
}

/** The first or the last message in a list by time, of those that are stored under an id. */
async function firstListed(
  context: MongoContext,
  { accountId }: ConversationRow,
  of: StoredUnder,
  match: Doc,
  order: 1 | -1,
): Promise<MessageRow | null> {
  const options = { ...latestState(context), sort: { occurred_at: order, seq: order }, hint: messageKeys.time }
  const doc = await context.collections.messages.findOne({ accountId, conversation_id: of.id, ...match, ...isShown(of) }, options)
  return doc && messageRow(doc)
}
