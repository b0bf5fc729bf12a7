import { isConversationStoreError } from '../../model/errors.js'
import type { InboxHistory } from '../../model/inboxes.js'
import { furtherHistory } from '../../model/planning/inbox-history.js'
import type { HistoryProgress } from '../normalized-webhook.js'
import type { WebhookAccount } from '../webhook-store.js'

/** Keeps how far a channel is with the history of each inbox, once for each, whatever number of parts a body has. */
export async function recordProgress(account: WebhookAccount, historyProgress: readonly HistoryProgress[]): Promise<void> {
  // The time plays no part while the parts of one body are put together.
  const noTime = new Date(0)
  const furthest = new Map<string, InboxHistory | null>()
  for (const { oaId, phase, chunkOrder, progress, errorCode = null } of historyProgress) {
    furthest.set(oaId, furtherHistory(furthest.get(oaId) ?? null, { phase, chunkOrder, progress, errorCode }, noTime))
  }
  for (const [oaId, history] of furthest) {
    if (history !== null) await record(account, oaId, history)
  }
}

/** An inbox that the host keeps in a table of its own, and never connected, has no place for it. The report has it. */
async function record(account: WebhookAccount, oaId: string, { updatedAt: _, ...step }: InboxHistory): Promise<void> {
  try {
    await account.recordHistoryProgress({ oaId, ...step })
  } catch (error) {
    if (!isConversationStoreError(error, 'NOT_FOUND')) throw error
  }
}
