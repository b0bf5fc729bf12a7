import { isConversationStoreError } from '../../model/errors.js'
import type { JsonObject } from '../../model/json.js'
import { keptMessage } from '../../model/validation/unicode.js'
import type { WebhookReport } from '../webhook-report.js'

/** How much of a long list a kept report has. A body may have thousands of items, and the counts tell of all. */
const listed = 20

/** A report as the journal keeps it. It names ids and fields, never what somebody wrote. */
export function keptReport({ conversations, rejected, unknownInboxes, historyProgress, ...report }: WebhookReport): JsonObject {
  const { outcome, reason, stored, live, applied, duplicates, unchanged, waiting } = report
  return {
    ...{ outcome, reason, stored, live, applied, duplicates, unchanged, waiting },
    conversationCount: conversations.length,
    conversations: conversations.slice(0, listed).map(({ oaId, customerId, conversationId, outcome: became }) => {
      return { oaId, customerId, conversationId, outcome: became }
    }),
    rejectedCount: rejected.length,
    rejected: rejected.slice(0, listed).map(({ path, reason: why }) => ({ path, reason: why })),
    unknownInboxes: unknownInboxes.slice(0, listed),
    ...(historyProgress !== undefined && {
      historyProgress: historyProgress
        .slice(0, listed)
        .map(({ oaId, phase, chunkOrder, progress }) => ({ oaId, phase, chunkOrder, progress })),
    }),
  }
}

/** Why a body could not be worked on. Another error than the store's own may quote what somebody wrote. */
export function keptFailure(error: unknown): JsonObject {
  if (isConversationStoreError(error)) return { error: error.code, message: keptMessage(error.message) }
  return { error: error instanceof Error ? error.name : typeof error, message: 'it has no message that may be kept' }
}
