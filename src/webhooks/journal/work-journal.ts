import { requireNotAborted } from '../../model/abort.js'
import { keepLease, type LeaseHeldBy } from '../../store/keep-lease.js'
import { thisProcess } from '../../store/this-process.js'
import type { TakenWebhook } from '../../store/webhook-journal-port.js'
import type { ChannelNormalizer } from '../normalized-webhook.js'
import { consoleLogger } from '../webhook-logger.js'
import type { JournalStore } from './journal-store.js'
import { claimMs, type KeptClaim, keepClaim } from './keep-claim.js'
import { type WorkedWebhook, type WorkOptions, workPart } from './work-part.js'

export interface WorkJournalOptions extends WorkOptions {
  /** The channels whose bodies are read: every one whose handler keeps a journal. */
  readonly channels: readonly ChannelNormalizer[]
  /** After how many bodies to stop. Default 1,000. */
  readonly limit?: number
  /** Stops after the body at work. */
  readonly signal?: AbortSignal
}

/** How many bodies became what. */
export interface JournalCounts {
  /** Read to the end: written, known already, ignored or invalid, as their reports say. */
  readonly worked: number
  /** The database could not take them now, so they are due again later. */
  readonly waiting: number
  /** They wait for somebody who looks at them. */
  readonly failed: number
}

export interface WorkedJournal extends JournalCounts {
  /** Bodies that were removed because their time was over. */
  readonly cleared: number
  /** Whether something may be left to be done now. */
  readonly more: boolean
  /** Who is doing this at the moment, so that this call did nothing. */
  readonly heldBy?: LeaseHeldBy
}

const leaseMs = 30_000
const bodiesAtOnce = 10
const accountsAtOnce = 1_000

/**
 * Does what is left to be done in the journal: it reads the bodies that no process settled in time, and removes those
 * whose time is over. Call it every minute or so, from one process or from all of them: a lease of the operator lets
 * one at a time do it. Each body is taken up for itself, so a process that dies leaves its own to the next one.
 *
 * Throws VALIDATION_FAILED for malformed options, the store's errors when the journal cannot be read, ABORTED, and
 * LEASE_LOST when another process took the work over.
 */
export async function workJournal(store: JournalStore, options: WorkJournalOptions): Promise<WorkedJournal> {
  const { limit = 1_000, signal } = options
  const operator = store.forOperator()
  const lease = await keepLease(operator, { kind: 'webhooks', key: 'journal', holder: thisProcess(), ttlMs: leaseMs })
  if ('heldBy' in lease) return { worked: 0, waiting: 0, failed: 0, cleared: 0, more: true, heldBy: lease.heldBy }
  const counts = { worked: 0, waiting: 0, failed: 0 }
  let cleared = 0
  let more = false
  let left = limit
  try {
    const accounts = await operator.findWebhookAccounts({ limit: accountsAtOnce })
    for (const accountId of accounts) {
      for (let isLast = false; !isLast && left > 0; ) {
        requireNotAborted(signal ?? null)
        lease.requireHeld()
        const wanted = Math.min(bodiesAtOnce, left)
        const taken = await operator.takeWebhooks({ accountId, limit: wanted, holder: thisProcess(), claimMs })
        add(counts, await workAll(store, taken, options))
        left -= taken.length
        isLast = taken.length < wanted
      }
      const gone = await operator.clearWebhooks({ accountId })
      cleared += gone.cleared
      more ||= gone.more || left === 0
    }
    return { ...counts, cleared, more: more || accounts.length === accountsAtOnce }
  } finally {
    // What was done is done, and a lease that cannot be released now ends by itself.
    await lease.release().catch(() => undefined)
  }
}

/** Works on bodies that were taken up, one after the other, and counts what became of them. */
export async function workAll(
  store: JournalStore,
  taken: readonly TakenWebhook[],
  options: Omit<WorkJournalOptions, 'limit'>,
): Promise<JournalCounts> {
  const counts = { worked: 0, waiting: 0, failed: 0 }
  // Those that wait for their turn are kept too.
  const claimed = taken.map((body) => ({ body, claim: keepClaim(store, body) }))
  try {
    for (const { body, claim } of claimed) {
      const normalizer = options.channels.find(({ channel, provider = null }) => channel === body.channel && provider === body.provider)
      const worked =
        normalizer === undefined ? await leave(store, body, claim, options) : await workPart(store, normalizer, body, claim, options)
      if ('report' in worked) counts.worked += 1
      else if ('lost' in worked || !worked.isLast) counts.waiting += 1
      else counts.failed += 1
    }
  } finally {
    for (const { claim } of claimed) void claim.end()
  }
  return counts
}

/** Leaves a body to somebody who knows its channel. */
async function leave(
  store: JournalStore,
  { accountId, id, token, channel, provider }: TakenWebhook,
  claim: KeptClaim,
  options: WorkOptions,
): Promise<WorkedWebhook> {
  const { logger = consoleLogger } = options
  logger.warn('[Webhook] A kept body is of a channel that is not among `channels`', { id, channel, provider })
  const report = { error: 'UNKNOWN_CHANNEL', message: 'the channel is not among those that the journal was worked with' }
  await claim.end()
  await store.forOperator().settleWebhook({ accountId, id, token, outcome: 'failed', report })
  return { error: report, isLast: true }
}

function add(to: { worked: number; waiting: number; failed: number }, { worked, waiting, failed }: JournalCounts): void {
  to.worked += worked
  to.waiting += waiting
  to.failed += failed
}
