import { isConversationStoreError } from '../../model/errors.js'
import type { TakenWebhook } from '../../store/webhook-journal-port.js'
import { type IngestOptions, ingestWebhook } from '../ingest-webhook.js'
import { placeFinder } from '../ingesting/places.js'
import type { ChannelNormalizer } from '../normalized-webhook.js'
import { consoleLogger } from '../webhook-logger.js'
import type { WebhookReport } from '../webhook-report.js'
import type { OwnerOf, StoreOf, WebhookStore } from '../webhook-store.js'
import type { JournalStore } from './journal-store.js'
import type { KeptClaim } from './keep-claim.js'
import { keptFailure, keptReport } from './kept-report.js'

/** What became of the work on a kept body. */
export type WorkedWebhook =
  | { readonly report: WebhookReport }
  | { readonly error: unknown; readonly isLast: boolean }
  /** Somebody else took it up meanwhile, and settles it. */
  | { readonly lost: true }

export interface WorkOptions extends Omit<IngestOptions, 'oaId' | 'receivedAt'> {
  /**
   * Where the bodies are written: a store, or a function that gives the store of an inbox, as the handler's `store`.
   * Default: the store that keeps the journal.
   */
  readonly into?: WebhookStore | StoreOf
}

const firstPauseMs = 5_000
const longestPauseMs = 3_600_000
/** How often a body is taken up by itself. After that it waits for somebody who looks at it. */
const mostAttempts = 12

/**
 * Works on a kept body, and writes into the journal what became of it. What the database could not take now is due
 * again after a while, longer each time. Working on a body twice changes nothing, so nothing is lost when the process
 * dies at any moment, nor when it stands still and another one takes the body up meanwhile.
 */
export async function workPart(
  store: JournalStore,
  normalizer: ChannelNormalizer,
  taken: TakenWebhook,
  claim: KeptClaim,
  options: WorkOptions,
): Promise<WorkedWebhook> {
  const { accountId, id, token } = taken
  const settle = (settled: Omit<Parameters<ReturnType<JournalStore['forOperator']>['settleWebhook']>[0], 'accountId' | 'id' | 'token'>) =>
    store.forOperator().settleWebhook({ accountId, id, token, ...settled })
  try {
    const result = await ingested(store, normalizer, taken, options).finally(() => claim.end())
    if ('report' in result) await settle({ outcome: result.report.outcome, report: keptReport(result.report) })
    else if (result.isLast) await settle({ outcome: 'failed', report: keptFailure(result.error) })
    else await settle({ outcome: 'waiting', report: keptFailure(result.error), retryInMs: pauseAfter(taken.attempts) })
    return result
  } catch (error) {
    if (isConversationStoreError(error, 'LEASE_LOST')) return { lost: true }
    const { logger = consoleLogger } = options
    logger.warn('[Webhook] What became of a kept body could not be written; it is due again when its claim ends', { id })
    return { error, isLast: false }
  }
}

async function ingested(
  store: JournalStore,
  normalizer: ChannelNormalizer,
  taken: TakenWebhook,
  options: WorkOptions,
): Promise<Exclude<WorkedWebhook, { readonly lost: true }>> {
  try {
    const { into = store, ...how } = options
    const given = { ...how, ...(taken.oaId !== null && { oaId: taken.oaId }), receivedAt: taken.receivedAt }
    const ownerOf = ownerAsKept(into, taken, options)
    return { report: await ingestWebhook(into, normalizer, JSON.parse(taken.body), { ...given, ownerOf }) }
  } catch (error) {
    const mayHelp = isConversationStoreError(error) && (error.retryable || error.code === 'COMMIT_OUTCOME_UNKNOWN')
    return { error, isLast: !mayHelp || taken.attempts >= mostAttempts }
  }
}

/**
 * Whose an inbox is for a kept body. What was an account's when the body came is so now, whoever has connected the
 * inbox since. Any other inbox in an account's part, which a mended normalizer may find there, is written only if it is
 * the same account's: no part of the journal is written to another account than the one that it was kept for.
 */
function ownerAsKept(into: WebhookStore | StoreOf, { accountId, inboxes }: TakenWebhook, options: WorkOptions): OwnerOf {
  const { ownerOf = connectedIn(into) } = options
  return async (inbox) => {
    if (inboxes.some(({ channel, oaId }) => channel === inbox.channel && oaId === inbox.oaId)) return accountId
    const owner = await ownerOf(inbox)
    return accountId === null || owner === accountId ? owner : null
  }
}

function connectedIn(into: WebhookStore | StoreOf): OwnerOf {
  const placeOf = placeFinder(into, undefined)
  return async (inbox) => (await placeOf({ ...inbox, displayPhone: null }))?.accountId ?? null
}

function pauseAfter(attempts: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.max(0, attempts - 1))
}
