import type { InboxMigrationRow } from '../model/planning/inbox-migrations.js'
import { mayJoin } from '../model/planning/move-known.js'
import type { MoveInboxBatch, WriteStamp } from '../store/adapter.js'
import { inSession, type MongoContext } from './context.js'
import { inboxMigrationRow } from './documents/inbox-migrations.js'
import type { Doc } from './driver.js'
import { type InboxRange, peopleOfInbox } from './people-of-inbox.js'

/** The people whom the next batch of a migration looks at. */
export function rangeOfBatch(row: InboxMigrationRow, { people: limit, conversations }: MoveInboxBatch): InboxRange {
  const { id, accountId, sourceOaId, destinationOaId, cursor: after, undoes } = row
  // Who goes back was there in this form, whoever else has the number there.
  const matching = undoes === null ? { except: id } : null
  return { accountId, sourceOaId, destinationOaId, after, limit, conversations, matching }
}

/**
 * The conversations that a batch locks before it reads, as lockEarly does: all of its people's, and the active ones of
 * those whom they may join. It is looked for before the transaction, because among live writers every read in front of
 * the lock lets one of them be faster. A batch that makes nobody one, or parts nobody, writes at once anyway. In the
 * host's transaction, which has only one attempt, nothing is locked.
 */
export async function conversationsOfBatch(context: MongoContext, input: WriteStamp & MoveInboxBatch): Promise<readonly unknown[]> {
  const { accountId, migrationId } = input
  const { inbox_migrations: migrations, conversations } = context.collections
  const found = context.session === null ? await migrations.findOne({ _id: migrationId, accountId }) : null
  const row = found && inboxMigrationRow(found)
  // A batch that is sent again, or comes too late, moves nobody.
  if (row === null || row.completedAt !== null || row.batches !== input.expectedBatches) return []
  if (row.undoes === null && row.onActiveConflict === 'skip') return []
  const { people, there } = await peopleOfInbox(context, rangeOfBatch(row, input))
  if (row.undoes === null && !people.some(({ matchedBy }) => mayJoin(matchedBy))) return []
  const heads = there.map(({ _id, canonical_id }) => canonical_id ?? _id)
  const active = { accountId, contact_inbox_id: { $in: heads }, active: true }
  const joined = row.undoes === null ? await conversations.find(active, { projection: { _id: 1 } }).toArray() : []
  return [...people.flatMap((person): readonly Doc[] => person.conversations), ...joined].map(({ _id }) => _id)
}

/** Writes to these conversations, so that the transaction either loses at once, or holds them until its commit. */
export async function lockConversations(context: MongoContext, accountId: string, ids: readonly unknown[]): Promise<void> {
  if (ids.length === 0) return
  await context.collections.conversations.updateMany({ accountId, _id: { $in: ids } }, { $inc: { lock: 1 } }, inSession(context))
}
