import { inboxes } from './inboxes.js'
import type { Random } from './random.js'

interface Scene {
  readonly random: Random
  readonly op: string
}

/**
 * Calls about moves of inboxes. None of them moves anybody: a history follows its customers by their inbox, and
 * `test/inbox-migrations` moves under traffic.
 */
export const inboxMoveCalls = {
  beginInboxMigration: {
    weight: 0.2,
    input: ({ random, op }: Scene) => ({ sourceOaId: random.pick(inboxes), destinationOaId: op, onActiveConflict: 'skip' as const }),
  },
  undoInboxMigration: { weight: 0.2, input: ({ op }: Scene) => ({ migrationId: op }) },
  moveInboxBatch: { weight: 0.2, input: ({ op }: Scene) => ({ migrationId: op, expectedBatches: 0 }) },
  endInboxMigration: { weight: 0.2, input: ({ op }: Scene) => ({ migrationId: op, as: 'cancelled' as const }) },
  findInboxMigration: { weight: 0.2, input: ({ op }: Scene) => ({ migrationId: op }) },
  listInboxMigrations: { weight: 0.2, input: ({ random }: Scene) => ({ sourceOaId: random.pick(inboxes), limit: 4 }) },
  previewInboxMove: {
    weight: 0.5,
    input: ({ random }: Scene) => ({ sourceOaId: random.pick(inboxes), destinationOaId: random.pick(inboxes) }),
  },
}
