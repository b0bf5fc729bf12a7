import { type PlannedChange, planChange } from '../model/planning/change-conversation.js'
import type { ConversationRow } from '../model/planning/rows.js'
import type { ChangeStatus } from '../store/adapter.js'
import { changeByVersion } from './change-by-version.js'
import { inSession, type MongoContext } from './context.js'
import { conversationRow } from './documents/conversations.js'
import { type MarkedChange, versionedChange } from './expressions.js'
import { conversationNotFound, otherFilter, targetFilter } from './find-target.js'
import { noteHeadOf } from './known-heads.js'
import { contention } from './translate-error.js'

export interface InPlaceChange extends Pick<MarkedChange, 'when' | 'set'> {
  /** The same change in memory. It tells why the database left the conversation as it is. */
  readonly planned: (row: ConversationRow, now: Date) => ConversationRow
}

/**
 * Changes one conversation in one command. An alias of a customer takes up to two more commands while this process does
 * not know whose alias it is, and a call that is sent again reads the conversation first. Throws NOT_FOUND,
 * VERSION_CONFLICT and INVALID_TRANSITION.
 */
export async function changeInPlace(context: MongoContext, input: ChangeStatus, change: InPlaceChange): Promise<PlannedChange> {
  const { accountId, target, expectedVersion, firstSentAt } = input
  if (firstSentAt !== null) return changeByVersion(context, input, () => change.planned)

  const pipeline = versionedChange(input, expectedVersion, { outcome: 'updated', when: change.when, set: change.set })
  const options = { ...inSession(context), returnDocument: 'after' }
  const { conversations } = context.collections
  let doc = await conversations.findOneAndUpdate(targetFilter(context, accountId, target), pipeline, options)
  if (doc === null) {
    const filter = await otherFilter(context, accountId, target)
    doc = filter && (await conversations.findOneAndUpdate(filter, pipeline, options))
    if (doc !== null && 'customerId' in target) noteHeadOf(context, accountId, target, doc)
  }
  if (doc === null) throw conversationNotFound()
  const row = conversationRow(doc)
  return explain(
    planChange(row, { ...input, now: row.updatedAt, serverNow: row.updatedAt, resentAfter: null }, expectedVersion, change.planned),
  )
}

/**
 * Plans the same change on the document that came back. An applied change has left its mark there, so the plan must
 * find nothing to change.
 */
function explain(planned: PlannedChange): PlannedChange {
  if (planned.changed) throw contention(1)
  return planned
}
