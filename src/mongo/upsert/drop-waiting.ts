import { limits, removedByOneWrite } from '../../model/limits.js'
import { inSession, type MongoContext } from '../context.js'
import { latestState } from '../find-now.js'
import { waitingKeys } from '../schema/hinted-keys.js'
import type { LoadedWorld } from './loaded-world.js'

/**
 * Counts the events that the planner has dropped, and drops and counts what lies beyond the newest events that may wait
 * under a contact inbox. It is part of the transaction that has written the events.
 */
export async function dropWaiting(context: MongoContext, accountId: string, world: LoadedWorld): Promise<void> {
  for (const [contactInboxId, count] of world.dropped()) await countDropped(context, accountId, contactInboxId, count)
  const added = new Map<string, number>()
  for (const { conversationId, scopeId } of world.events.changes().inserted) {
    if (conversationId === null) added.set(scopeId, (added.get(scopeId) ?? 0) + 1)
  }
  for (const [contactInboxId, count] of added) await pushOut(context, accountId, contactInboxId, count)
}

async function pushOut(context: MongoContext, accountId: string, contactInboxId: string, added: number): Promise<void> {
  const { contact_interaction_events: events } = context.collections
  const pipeline = [
    { $match: { accountId, contact_inbox_id: contactInboxId, waiting: true, created_at: { $gt: new Date(0) } } },
    { $sort: { created_at: -1, _id: -1 } },
    { $skip: limits.waitingEvents },
    { $limit: added + removedByOneWrite },
    { $project: { _id: 1 } },
  ]
  const beyond = await events.aggregate(pipeline, { ...latestState(context), hint: waitingKeys.order }).toArray()
  if (beyond.length === 0) return
  await events.deleteMany({ accountId, _id: { $in: beyond.map(({ _id }) => _id) } }, inSession(context))
  await countDropped(context, accountId, contactInboxId, beyond.length)
}

/** An increment, because the count may not have been loaded with the contact inbox. */
async function countDropped(context: MongoContext, accountId: string, contactInboxId: string, count: number): Promise<void> {
  const filter = { accountId, _id: contactInboxId }
  await context.collections.contact_inboxes.updateOne(filter, { $inc: { dropped_events: count } }, inSession(context))
}
