import { requireNotAborted } from '../../model/abort.js'
import { thisProcess } from '../../store/this-process.js'
import type { KeptOutcome } from '../../store/webhook-journal-port.js'
import type { JournalStore } from './journal-store.js'
import { claimMs } from './keep-claim.js'
import { type JournalCounts, type WorkJournalOptions, workAll } from './work-journal.js'

export interface ReplayJournalOptions extends Omit<WorkJournalOptions, 'limit'> {
  /** Whose bodies are read again: an account's, or for null those that no account owned when they came. */
  readonly accountId: string | null
  /** Only these bodies. */
  readonly ids?: readonly string[]
  /** Only bodies that came at this time or later. */
  readonly since?: Date
  readonly channel?: string
  readonly outcome?: KeptOutcome
  /** At most so many, the newest that match. Default: all. */
  readonly limit?: number
}

/** How many bodies were read again, and what became of them. */
export interface ReplayedJournal extends JournalCounts {
  /** Bodies that somebody else is working on, or that are not there any more. */
  readonly skipped: number
}

const bodiesAtOnce = 10

/**
 * Reads kept bodies again, the oldest first: after a normalizer was mended, after an inbox was connected, or after what
 * made them fail was put right. What was stored of them before stays as it is, and what is new has the time at which it
 * was received. What was nobody's when it came goes to whoever has connected its inbox now; an account's part goes to
 * that account alone. Throws as `workJournal` does.
 */
export async function replayJournal(store: JournalStore, options: ReplayJournalOptions): Promise<ReplayedJournal> {
  const { accountId, signal } = options
  const operator = store.forOperator()
  const wanted = await idsOf(store, options)
  const counts = { worked: 0, waiting: 0, failed: 0, skipped: 0 }
  for (let from = 0; from < wanted.length; from += bodiesAtOnce) {
    requireNotAborted(signal ?? null)
    const ids = wanted.slice(from, from + bodiesAtOnce)
    const taken = await operator.takeWebhooks({ accountId, ids, limit: bodiesAtOnce, holder: thisProcess(), claimMs })
    const { worked, waiting, failed } = await workAll(store, taken, options)
    counts.worked += worked
    counts.waiting += waiting
    counts.failed += failed
    counts.skipped += ids.length - taken.length
  }
  return counts
}

/** The ids of the bodies that are meant, in the order in which they came. */
async function idsOf(store: JournalStore, options: ReplayJournalOptions): Promise<readonly string[]> {
  const { accountId, ids, since, channel, outcome, limit = Number.POSITIVE_INFINITY } = options
  if (ids !== undefined) return ids
  const filter = {
    ...(since !== undefined && { since }),
    ...(channel !== undefined && { channel }),
    ...(outcome !== undefined && { outcome }),
  }
  const found: string[] = []
  for await (const { id } of store.forOperator().listWebhooks({ accountId, ...filter, limit: 500 })) {
    found.push(id)
    if (found.length === limit) break
  }
  return found.reverse()
}
