import { isConversationStoreError } from '../../model/errors.js'
import type { WriteOptions } from '../../store/inputs.js'
import type { SyncError, SyncSession } from '../../store/sync-port.js'
import type { SyncLock } from '../locks/acquire-sync-lock.js'
import type { HistoryPage } from '../source.js'
import type { CheckedOptions } from './checked-options.js'
import type { SyncRun } from './options.js'
import { countOf, itemsOf } from './page-items.js'
import { type PageReader, pageReader } from './page-reader.js'
import { passesOfRun } from './patience.js'
import { countsSince, progressTeller } from './progress.js'
import { leaveSession } from './session-to-resume.js'
import type { SyncAccount } from './sync-account.js'
import { afterPage, notesOf, type Walk, walkOf } from './walk.js'

/** Reads and writes pages under the inbox's lock, until all are read or the budget is spent. */
export async function runSession(acme: SyncAccount, options: CheckedOptions, lock: SyncLock): Promise<SyncRun> {
  const { oaId, source, resumeSession, incremental, retainMs, clock } = options
  const startedAt = clock.now()
  const under: WriteOptions = { lease: lock.lease }
  const session =
    resumeSession === null
      ? await acme.beginSync({ oaId, source: source.name, incremental, retainMs }, under)
      : await acme.resumeSync({ sessionId: resumeSession, oaId, source: source.name }, under)
  const reader = pageReader(source, session.since, clock)
  const run: Run = { acme, options, lock, under, reader, session, startedAt, tellProgress: await progressTeller(acme, options, session) }
  try {
    return await readPages(run)
  } finally {
    await reader.end()
  }
}

interface Run {
  readonly acme: SyncAccount
  readonly options: CheckedOptions
  readonly lock: SyncLock
  readonly under: WriteOptions
  readonly reader: PageReader
  /** The session as it was when the run began. */
  readonly session: SyncSession
  readonly startedAt: number
  readonly tellProgress: (session: SyncSession, walk: Walk, elapsedMs: number) => Promise<void>
}

async function readPages(run: Run): Promise<SyncRun> {
  const { acme, options, lock, under, session: first, startedAt, tellProgress } = run
  const { budgetMs, budgetPages, clock } = options
  const signal = options.signal === null ? lock.signal : AbortSignal.any([lock.signal, options.signal])
  const { sessionId } = first
  let session = first
  let walk = walkOf(first)
  let countedAt = startedAt
  try {
    for (let passes = 0; ; ) {
      const page = await run.reader.read(walk.cursor, signal)
      lock.requireHeld()
      const step = afterPage(walk, page, options.source.order, session.since)
      const now = clock.now()
      const elapsedMs = Math.max(0, Math.round(now - countedAt))
      countedAt = now
      session = await writePage(run, session, page, { ...step, elapsedMs, isReread: walk.phase === 'head' })
      walk = step.walk
      if (step.endsPass) passes += 1
      const spentMs = clock.now() - startedAt
      await tellProgress(session, walk, spentMs)
      const counts = countsSince(first, session)
      const isSpent = counts.pages >= budgetPages || spentMs >= budgetMs || passes > passesOfRun
      if (step.isLast || isSpent) {
        return { hasMore: !step.isLast, resumeSession: step.isLast ? null : sessionId, ...counts, elapsedMs: Math.round(spentMs) }
      }
    }
  } catch (thrown) {
    leaveSession(thrown, sessionId)
    const error = asFailure(thrown)
    const elapsedMs = Math.max(0, Math.round(clock.now() - countedAt))
    // The error of the run counts. A session that cannot be told now is as it was after its last page.
    if (error !== null) await acme.failSync({ sessionId, error, elapsedMs }, under).catch(() => undefined)
    throw thrown
  }
}

async function writePage(
  { acme, options, under }: Run,
  session: SyncSession,
  page: HistoryPage,
  {
    walk,
    beganAt,
    isLast,
    elapsedMs,
    isReread,
  }: {
    readonly walk: Walk
    readonly beganAt: Date | null
    readonly isLast: boolean
    readonly elapsedMs: number
    readonly isReread: boolean
  },
): Promise<SyncSession> {
  const { sessionId, pages: expectedPages } = session
  const { phase, cursor } = walk
  const written = await acme.writeSyncPage(
    {
      sessionId,
      expectedPages,
      conversations: itemsOf(page.conversations, options, options.source),
      read: page.conversations.length,
      invalid: countOf(page.invalid),
      unreadable: countOf(page.unreadable),
      isReread,
      phase,
      cursor,
      walk: notesOf(walk),
      beganAt,
      isLast,
      elapsedMs,
    },
    under,
  )
  for (const { message } of written.refused) {
    options.logger.warn('[Sync] A conversation was left out, because the store refused it', {
      oaId: options.oaId,
      sessionId,
      reason: message,
    })
  }
  return written.session
}

/**
 * What is noted of a failure, or null for what is none of the session: an abort, a lost lock, and a session that ended.
 */
function asFailure(thrown: unknown): SyncError | null {
  if (!isConversationStoreError(thrown)) return null
  const { code, message } = thrown
  if (code === 'ABORTED' || code === 'LEASE_LOST' || code === 'SYNC_SESSION_NOT_FOUND') return null
  return { code, message }
}
