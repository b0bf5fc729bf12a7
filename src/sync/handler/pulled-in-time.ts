import { isConversationStoreError } from '../../model/errors.js'
import type { SyncBudget, SyncRun } from '../engine/options.js'
import { sessionToResume } from '../engine/session-to-resume.js'
import type { SyncAccount } from '../engine/sync-account.js'
import { syncConversations } from '../engine/sync-conversations.js'
import type { HistorySource } from '../source.js'
import type { SyncHandlerOptions } from './options.js'

const defaultMs = 25_000

/**
 * For how long a page may go on after the budget's end. A source may be told to wait for minutes, and the request that
 * waits with it would be ended by a proxy, which tells nobody the session.
 */
const graceMs = 4_000

/** What was asked for, and the signal of a client that may go away. */
interface Asked {
  readonly oaId: string
  readonly resumeSession: string | null
  readonly stopped: AbortSignal
}

/** A run that ended; one that was stopped in the middle of a page because its time was over; or why it failed. */
export type Pulled = { readonly run: SyncRun } | { readonly session: string } | { readonly error: unknown; readonly session: string | null }

/** Pulls until the budget's end. It never rejects. */
export async function pulledInTime(
  account: SyncAccount,
  source: HistorySource,
  { oaId, resumeSession, stopped }: Asked,
  options: Pick<SyncHandlerOptions, 'budget' | 'logger' | 'owner' | 'incremental' | 'liveSince' | 'opens' | 'lockTtlMs'>,
): Promise<Pulled> {
  const { logger, owner, incremental, liveSince, opens, lockTtlMs } = options
  const budget = budgetOf(options)
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(), budget.ms + graceMs)
  try {
    const run = await syncConversations(account, {
      oaId,
      source,
      resumeSession,
      budget,
      signal: AbortSignal.any([stopped, over.signal]),
      ...(logger !== undefined && { logger }),
      ...(owner !== undefined && { owner }),
      ...(incremental !== undefined && { incremental }),
      ...(liveSince !== undefined && { liveSince }),
      ...(opens !== undefined && { opens }),
      ...(lockTtlMs !== undefined && { lockTtlMs }),
    })
    return { run }
  } catch (error) {
    const session = sessionToResume(error) ?? resumeSession
    return session !== null && over.signal.aborted && isConversationStoreError(error, 'ABORTED') ? { session } : { error, session }
  } finally {
    clearTimeout(timer)
  }
}

/** A bound on pages alone leaves the time as it is: a slow page would outlast the request. */
function budgetOf({ budget }: Pick<SyncHandlerOptions, 'budget'>): SyncBudget & { readonly ms: number } {
  return { ...budget, ms: budget?.ms ?? defaultMs }
}
