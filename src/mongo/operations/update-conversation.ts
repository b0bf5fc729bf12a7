import { type PlannedChange, patched } from '../../model/planning/change-conversation.js'
import type { Change, Patch, UpdateConversation } from '../../store/adapter.js'
import { changeInPlace } from '../change-in-place.js'
import type { MongoContext } from '../context.js'
import { hostConversation } from '../host-conversation.js'
import { nameContact, nameContactAfter } from '../name-contact.js'
import { patchExpressions } from '../patch-expressions.js'
import { inTransaction } from '../transaction.js'

/**
 * Patches a conversation with one command. A patch of the customer's name is a transaction of two, because the contact
 * has that name too. Without transactions the contact's name follows the conversation's. Throws NOT_FOUND,
 * VERSION_CONFLICT.
 */
export async function updateConversation(context: MongoContext, input: UpdateConversation): Promise<Change> {
  const { patch } = input
  const { customerName } = patch
  if (typeof customerName !== 'string') return toChange(context, await applyPatch(context, input, patch))

  const { transactions } = await context.deployment()
  if (!transactions) {
    const change = await toChange(context, await applyPatch(context, input, patch))
    await nameContactAfter(context, input, change.conversation)
    return change
  }
  return inTransaction(context, async (inner) => {
    const planned = await applyPatch(inner, input, patch)
    // If an earlier attempt applied the patch, it also named the contact in the same transaction.
    const isRemembered = input.firstSentAt !== null && !planned.changed && planned.outcome !== 'unchanged'
    if (!isRemembered) await nameContact(inner, input, planned.row.contactId, customerName)
    return toChange(inner, planned)
  })
}

function applyPatch(context: MongoContext, input: UpdateConversation, patch: Patch): Promise<PlannedChange> {
  const { when, set } = patchExpressions(patch)
  return changeInPlace(context, input, { when: [{ $or: [...when] }], set, planned: patched(patch) })
}

async function toChange(context: MongoContext, { outcome, row }: PlannedChange): Promise<Change> {
  return { outcome, conversation: await hostConversation(context, row) }
}
