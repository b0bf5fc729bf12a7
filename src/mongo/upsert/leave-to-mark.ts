import type { MessageRow } from '../../model/planning/rows.js'
import { inSession, type MongoContext } from '../context.js'
import { leftToMarkDocuments } from './left-to-mark.js'
import type { LoadedWorld } from './loaded-world.js'

/**
 * The contact inboxes that have messages left to mark from an earlier call, while this world changes how messages of
 * theirs were delivered. Those must be marked first: otherwise a later receipt would come before an earlier watermark.
 */
export function mustMarkFirst(world: LoadedWorld): readonly string[] {
  const changed = new Set(world.leftToMark().map(({ contactInboxId }) => contactInboxId))
  const { updated, deleted } = world.messages.changes()
  for (const { before, row } of updated) if (isDelivery(before, row)) changed.add(row.contactInboxId)
  for (const { contactInboxId } of deleted) changed.add(contactInboxId)
  return world.leftBefore().filter((id) => changed.has(id))
}

function isDelivery(before: MessageRow, row: MessageRow): boolean {
  return (['messageId', 'status', 'sentAt', 'deliveredAt', 'readAt', 'failedAt'] as const).some((field) => before[field] !== row[field])
}

/** Writes on the contact inboxes what the watermarks of this transaction leave to later ones. */
export async function leaveToMark(context: MongoContext, accountId: string, world: LoadedWorld): Promise<void> {
  const left = world.leftToMark()
  const ids = new Set(left.map(({ contactInboxId }) => contactInboxId))
  for (const id of ids) {
    const left_to_mark = leftToMarkDocuments(left.filter(({ contactInboxId }) => contactInboxId === id))
    await context.collections.contact_inboxes.updateOne({ accountId, _id: id }, { $set: { left_to_mark } }, inSession(context))
  }
}
