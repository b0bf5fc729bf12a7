import type * as model from '../../../src/model/limits.js'

type Model = typeof model
type Widened<T> = T extends number ? number : T extends readonly string[] ? readonly string[] : { readonly [K in keyof T]: Widened<T[K]> }

/**
 * Another value for each constant of the model. All values differ, so that no constant can pass for another, and all
 * are smaller than the real ones.
 */
export const changedConstants: { readonly [K in keyof Model]: Widened<Model[K]> } = {
  limits: {
    idBytes: 100,
    textBytes: 300,
    nameBytes: 120,
    metadataBytes: 400,
    metadataDepth: 4,
    metadataValues: 30,
    attachments: 3,
    batchConversations: 7,
    batchEvents: 11,
    batchBytes: 6000,
    batchValues: 700,
    pageItems: 9,
    receiptTargets: 5,
    waitingEvents: 13,
    sweepEvents: 12,
    receivers: 3,
    identities: 6,
    identitiesOfPerson: 8,
    kindBytes: 14,
    keptBodyBytes: 500,
    takenWebhooks: 16,
    syncCursorBytes: 900,
    movedPeople: 15,
    movedConversations: 24,
    previewedContactInboxes: 18,
  },
  waitingEventMs: 3_600_000,
  removedByOneWrite: 2,
  defaultSweepEvents: 10,
  clockSkewMs: 90_000,
  rememberedOperations: 8,
  rememberedOperationsMs: 40_000,
  mergedParts: 3,
  previewCharacters: 20,
  reactionSenders: 2,
  replyWindowChannels: ['zalo'],
  replyWindowMs: 7_200_000,
  defaultPageItems: 6,
  longestReopenWithinMs: 60_000,
  longestLeaseMs: 50_000,
  defaultTakenWebhooks: 4,
  longestRetentionMs: 80_000,
  defaultSyncRetentionMs: 20_000,
  removedSyncSessions: 5,
  pushedHistoryMs: 30_000,
  defaultMovedConversations: 19,
  defaultPreviewedContactInboxes: 14,
}

/** Every constant by its name. Each of the `limits` has an entry of its own. */
export function constantsOf({ limits, ...others }: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> {
  const named = Object.entries(limits ?? {}).map(([name, value]) => [`limits.${name}`, value] as const)
  return new Map([...named, ...Object.entries(others)])
}
