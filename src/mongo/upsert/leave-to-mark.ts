import { keepsOtherDelivery } from '../../model/planning/delivery.js'
import { awaitedReceipts } from '../../model/planning/delivery-status.js'
import type { MessageRow } from '../../model/planning/rows.js'
import { inSession, type MongoContext } from '../context.js'
import { type LeftToMark, leftToMarkDocuments } from './left-to-mark.js'
import type { LoadedWorld } from './loaded-world.js'

/**
 * The messages, by contact inbox, that an earlier watermark has left to mark while this world changes how they were
 * delivered. They must be marked first: otherwise a later receipt would come before an earlier watermark. May ask for
 * contact inboxes that are not loaded.
 */
export function mustMarkFirst(world: LoadedWorld): ReadonlyMap<string, readonly string[]> {
  const ids = new Map<string, string[]>()
  const { updated, deleted } = world.messages.changes()
  const changed = [...updated.filter(({ before, row }) => isDelivery(before, row)).map(({ before }) => before), ...deleted]
  // A message may be stored under another contact inbox of the customer, which keeps what is left to mark there.
  for (const scope of new Set(changed.map(({ scopeId }) => scopeId))) world.contactInboxById(scope)
  const before = world.leftBefore()
  if (before.length === 0) return ids
  for (const row of changed) {
    if (!before.some((left) => isLeft(left, row))) continue
    const same = ids.get(row.scopeId)
    if (same) same.push(row.id)
    else ids.set(row.scopeId, [row.id])
  }
  return ids
}

function isLeft({ contactInboxId, status, upTo }: LeftToMark, row: MessageRow): boolean {
  const isReached = row.scopeId === contactInboxId && row.sentAt !== null && row.sentAt.getTime() <= upTo.getTime()
  return isReached && awaitedReceipts(row).includes(status)
}

function isDelivery(before: MessageRow, row: MessageRow): boolean {
  return before.messageId !== row.messageId || keepsOtherDelivery(before, row)
}

/** Writes on the contact inboxes what the watermarks of this transaction leave to later ones. */
export async function leaveToMark(context: MongoContext, accountId: string, world: LoadedWorld): Promise<void> {
  const left = world.leftToMark()
  const ids = new Set(left.map(({ contactInboxId }) => contactInboxId))
  for (const id of ids) {
    const left_to_mark = leftToMarkDocuments(left.filter(({ contactInboxId }) => contactInboxId === id))
    await context.collections.contact_inboxes.updateOne(
      { accountId, _id: id },
      { $push: { left_to_mark: { $each: left_to_mark } } },
      inSession(context),
    )
  }
}
