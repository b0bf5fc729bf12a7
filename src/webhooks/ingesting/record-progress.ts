import { isConversationStoreError } from '../../model/errors.js'
import type { InboxHistory } from '../../model/inboxes.js'
import type { HistoryCounts } from '../../model/patches.js'
import { furtherHistory } from '../../model/planning/inbox-history.js'
import type { HistoryProgress } from '../normalized-webhook.js'
import type { WebhookAccount } from '../webhook-store.js'

/**
 * Keeps how far a channel is with the history of each inbox, and what the body brought of it, once for each inbox,
 * whatever number of parts a body has. A body that brought something and says nothing more, such as the files of
 * earlier messages, tells that the channel is still at work.
 */
export async function recordProgress(
  account: WebhookAccount,
  historyProgress: readonly HistoryProgress[],
  brought: ReadonlyMap<string, HistoryCounts>,
): Promise<void> {
  // The time plays no part while the parts of one body are put together.
  const noTime = new Date(0)
  const furthest = new Map<string, InboxHistory | null>()
  for (const { oaId, phase, chunkOrder, progress, errorCode = null } of historyProgress) {
    furthest.set(oaId, furtherHistory(furthest.get(oaId) ?? null, { phase, chunkOrder, progress, errorCode }, noTime))
  }
  for (const oaId of new Set([...furthest.keys(), ...brought.keys()])) {
    const history = furthest.get(oaId) ?? null
    const counts = brought.get(oaId)
    if (history !== null || counts !== undefined) await record(account, oaId, history, counts)
  }
}

/** An inbox that the host keeps in a table of its own, and never connected, has no place for it. The report has it. */
async function record(
  account: WebhookAccount,
  oaId: string,
  history: InboxHistory | null,
  brought: HistoryCounts | undefined,
): Promise<void> {
  const { updatedAt: _, ...step } = { updatedAt: null, ...history }
  try {
    await account.recordHistoryProgress({ oaId, ...step, ...(brought !== undefined && { brought }) })
  } catch (error) {
    if (!isConversationStoreError(error, 'NOT_FOUND')) throw error
  }
}
