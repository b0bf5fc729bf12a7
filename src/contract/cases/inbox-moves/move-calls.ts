import assert from 'node:assert/strict'
import type { AccountConversations } from '../../../store/account-conversations.js'
import type { InboxMigration } from '../../../store/inbox-move-port.js'
import type { BeginInboxMigrationInput, MoveInboxBatchInput } from '../../../store/inbox-moves.js'
import type { Scene } from '../../scene.js'

/** Two connected inboxes of an account, the customer's own being the source. */
export interface Move {
  readonly account: AccountConversations
  readonly sourceOaId: string
  readonly destinationOaId: string
}

const channels = { source: 'whatsapp', destination: 'api' }

/** Connects both inboxes, which needs transactions. */
export async function moveOf({ account, oaId }: Scene, unique: (prefix: string) => string, on = channels): Promise<Move> {
  const destinationOaId = unique('destination')
  await account.connectInbox({ oaId, channel: on.source })
  await account.connectInbox({ oaId: destinationOaId, channel: on.destination })
  return { account, sourceOaId: oaId, destinationOaId }
}

export function begun({ account, ...inboxes }: Move, how: Partial<BeginInboxMigrationInput> = {}): Promise<InboxMigration> {
  return account.beginInboxMigration({ ...inboxes, onActiveConflict: 'skip', ...how })
}

export function batch(
  { account }: Pick<Move, 'account'>,
  { id: migrationId, batches: expectedBatches }: InboxMigration,
  how: Partial<MoveInboxBatchInput> = {},
): Promise<InboxMigration> {
  return account.moveInboxBatch({ migrationId, expectedBatches, ...how })
}

/** More batches than any case needs, so that a migration which never ends fails its case. */
const mostBatches = 100

/** Moves batches until the migration is over. */
export async function moveAll(
  move: Pick<Move, 'account'>,
  first: InboxMigration,
  how: Partial<MoveInboxBatchInput> = {},
): Promise<InboxMigration> {
  let migration = first
  for (let n = 0; migration.completedAt === null; n++) {
    assert.ok(n < mostBatches, 'the migration never ends')
    migration = await batch(move, migration, how)
  }
  return migration
}

/** Undoes a migration with all of its batches. */
export async function undone({ account }: Pick<Move, 'account'>, migrationId: string): Promise<InboxMigration> {
  return moveAll({ account }, await account.undoInboxMigration({ migrationId }))
}

/** Ids of one person, each of another kind. */
export function identitiesOf(...ids: readonly string[]) {
  const kinds = ['phone', 'user_id', 'lid']
  return ids.map((id, index) => ({ id, kind: kinds[index] ?? 'other' }))
}
