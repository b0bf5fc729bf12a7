import { reopened } from '../../model/planning/change-conversation.js'
import type { ConversationRow } from '../../model/planning/rows.js'
import type { Change, ChangeStatus } from '../../store/adapter.js'
import { changeByVersion, type FoundTarget, findConversationNow, findRemembering } from '../change-by-version.js'
import { inSession, type MongoContext } from '../context.js'
import { contactInboxRow } from '../documents/contact-inboxes.js'
import { conversationRow } from '../documents/conversations.js'
import { type Group, groupOfHead } from '../documents/groups.js'
import type { Doc } from '../driver.js'
import { latestState } from '../find-now.js'
import { canonicalContactInbox } from '../find-target.js'
import { hostConversation } from '../host-conversation.js'
import { inTransaction } from '../transaction.js'

/**
 * Opens a closed or snoozed conversation. A target by customer names the latest one. This runs in a transaction,
 * because it looks at two other conversations: the customer's active one, and the one that has claimed its username.
 * Throws NOT_FOUND, VERSION_CONFLICT, INVALID_TRANSITION, ACTIVE_CONVERSATION_EXISTS, USERNAME_TAKEN.
 */
export async function reopenConversation(context: MongoContext, input: ChangeStatus): Promise<Change> {
  // Without transactions the unique indexes decide. A call that they refuse reads again, and then learns why.
  const { transactions } = await context.deployment()
  return transactions ? inTransaction(context, (inner) => reopen(inner, input)) : reopen(context, input)
}

async function reopen(context: MongoContext, input: ChangeStatus): Promise<Change> {
  let canonicalId = ''
  let group: Group | null = null
  const { outcome, row, changed } = await changeByVersion(
    context,
    input,
    async (found) => {
      const doc = await canonicalDocument(context, found)
      const canonical = doc === null ? { ...found, id: found.contactInboxId } : contactInboxRow(doc)
      canonicalId = canonical.id
      group = doc && groupOfHead(doc)
      const { accountId, oaId, usernameKey } = found
      const active = await findRow(context, { accountId, contact_inbox_id: canonicalId, active: true })
      const namesake =
        usernameKey === null ? null : await findRow(context, { accountId, oa_id: oaId, username_key: usernameKey, active: true })
      return reopened({ active, namesake, canonical })
    },
    { outcome: 'reopened', find: findLatest, group: () => group },
  )
  if (changed && context.session !== null) await lockReplaced(context, input, canonicalId, row)
  return { outcome, conversation: await hostConversation(context, row) }
}

/**
 * Those who write at the same time must learn that there is now an active conversation (see upsert/locks.ts): one who
 * stores an event as waiting, and one whose reply still goes to the customer's latest conversation.
 */
async function lockReplaced(
  context: MongoContext,
  { accountId, target }: ChangeStatus,
  canonicalId: string,
  { id }: ConversationRow,
): Promise<void> {
  const lock = { $inc: { lock: 1 } }
  const { contact_inboxes, conversations } = context.collections
  await contact_inboxes.updateOne({ accountId, _id: canonicalId }, lock, inSession(context))
  // By the customer it is the latest one that opens.
  if (!('conversationId' in target)) return
  const others = { accountId, contact_inbox_id: canonicalId, _id: { $ne: id } }
  await conversations.findOneAndUpdate(others, lock, { ...inSession(context), sort: { created_at: -1, _id: -1 }, projection: { _id: 1 } })
}

async function findLatest(
  context: MongoContext,
  { accountId, target, operationId, firstSentAt }: ChangeStatus,
): Promise<FoundTarget | null> {
  if ('conversationId' in target) return findConversationNow(context, { accountId, _id: target.conversationId })
  const remembered = firstSentAt === null ? null : await findRemembering(context, accountId, target, operationId)
  if (remembered) return remembered
  const canonical = await canonicalContactInbox(context, accountId, target)
  if (canonical === null) return null
  return findConversationNow(context, { accountId, contact_inbox_id: canonical.id }, { created_at: -1, _id: -1 })
}

/**
 * Reads the canonical contact inbox, because the customer may have become an alias since the conversation was closed.
 */
async function canonicalDocument(context: MongoContext, { accountId, contactInboxId }: ConversationRow): Promise<Doc | null> {
  const find = (id: string) => context.collections.contact_inboxes.findOne({ accountId, _id: id }, inSession(context))
  const own = await find(contactInboxId)
  return typeof own?.canonical_id === 'string' ? find(own.canonical_id) : own
}

async function findRow(context: MongoContext, filter: Doc): Promise<ConversationRow | null> {
  const doc = await context.collections.conversations.findOne(filter, latestState(context))
  return doc && conversationRow(doc)
}
