import { reopened } from '../../model/planning/change-conversation.js'
import type { ConversationRow } from '../../model/planning/rows.js'
import { toConversation } from '../../model/planning/to-records.js'
import type { Change, ChangeStatus } from '../../store/adapter.js'
import { changeByVersion, type FoundTarget, findConversationNow, findRemembering } from '../change-by-version.js'
import { inSession, type MongoContext } from '../context.js'
import { contactInboxRow } from '../documents/contact-inboxes.js'
import { conversationRow } from '../documents/conversations.js'
import { type Group, groupOfHead } from '../documents/groups.js'
import type { Doc } from '../driver.js'
import { latestState } from '../find-now.js'
import { canonicalContactInbox } from '../find-target.js'
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
  // A writer that stores an event as waiting at the same time must learn that there is now an active conversation (see
  // upsert/locks.ts).
  if (changed && context.session !== null) {
    const filter = { accountId: input.accountId, _id: canonicalId }
    await context.collections.contact_inboxes.updateOne(filter, { $inc: { lock: 1 } }, inSession(context))
  }
  return { outcome, conversation: toConversation(row) }
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
