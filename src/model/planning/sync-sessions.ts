import { ConversationStoreError } from '../errors.js'
import type { InboxHistory } from '../inboxes.js'
import { pushedHistoryMs } from '../limits.js'
import type { HistoryCounts } from '../patches.js'
import type { SyncError, SyncOrigin, SyncSession } from '../sync-sessions.js'
import type { UpsertItem, UpsertResult } from '../upsert-item.js'

/** A session as it is stored: with the operation that moved it last. */
export interface SyncRow extends SyncSession {
  readonly operationId: string
}

/** What is told of a session. */
export function sessionOf({ operationId: _, ...session }: SyncRow): SyncSession {
  return session
}

interface Stamp {
  readonly accountId: string
  readonly operationId: string
  readonly now: Date
}

/** The phase of a pushed session of which nothing has come. */
export const waitingPhase = 'waiting'

/** What becomes of a pushed session of which the channel says nothing until its deadline. */
export const notSent: SyncError = {
  code: 'HISTORY_NOT_SENT',
  message: 'HISTORY_NOT_SENT: the channel said nothing of the history until the deadline; ask it for the history again',
}

/** What a channel's news of a history mean for its session. */
export interface PushedStep {
  readonly status: 'running' | 'completed' | 'failed'
  readonly phase: string
  readonly progress: number | null
  readonly isOver: boolean
  readonly error: SyncError | null
}

/** A history that was declined, or that stopped, is over and no success. What comes later is a session of its own. */
export function pushedStep({ phase, progress, errorCode }: Pick<InboxHistory, 'phase' | 'progress' | 'errorCode'>): PushedStep {
  const isDone = progress === 100
  const error =
    errorCode === null ? null : { code: 'HISTORY_DECLINED', message: `HISTORY_DECLINED: the channel sends nothing, and says ${errorCode}` }
  return {
    status: isDone ? 'completed' : error === null ? 'running' : 'failed',
    phase: phase === null ? waitingPhase : String(phase),
    progress,
    isOver: isDone || error !== null,
    error: isDone ? null : error,
  }
}

/** The source of what the webhooks of a channel bring. */
export function pushedSource(channel: string): string {
  return `${channel} webhooks`
}

/** The pushed session of an inbox after the channel's news, or a new one. */
export function withNews(row: SyncRow, stamp: Stamp, { isOver, error, ...step }: PushedStep, brought: HistoryCounts): SyncRow {
  const { deadlineAt, ...alive } = withBrought(row, stamp, brought)
  return {
    ...alive,
    ...step,
    pages: row.pages + 1,
    finishedAt: isOver ? stamp.now : null,
    deadlineAt: isOver ? null : deadlineAt,
    lastError: error,
  }
}

/**
 * A pushed session after a body that says nothing new of how far the history is: a place that came out of order, or the
 * files of earlier messages. The channel is still at work. The body is a page if it brought messages; otherwise it may
 * be one that came before.
 */
export function withBrought(row: SyncRow, { operationId, now }: Stamp, brought: HistoryCounts): SyncRow {
  return {
    ...row,
    pages: row.pages + pagesOf(brought),
    conversations: row.conversations + brought.conversations,
    created: row.created + brought.created,
    messages: row.messages + brought.messages,
    duplicates: row.duplicates + brought.duplicates,
    updatedAt: now,
    deadlineAt: new Date(now.getTime() + pushedHistoryMs),
    elapsedMs: Math.max(row.elapsedMs, now.getTime() - row.startedAt.getTime()),
    operationId,
  }
}

/** How many pages a body is that says nothing new. */
export function pagesOf({ messages }: HistoryCounts): number {
  return messages > 0 ? 1 : 0
}

export function overdueSession(row: SyncRow, now: Date): SyncRow {
  return { ...row, status: 'failed', lastError: notSent, updatedAt: now, finishedAt: now, deadlineAt: null }
}

/** A session as it begins. `last` is the last complete one of the same inbox and source. */
export function begunSession(
  { accountId, operationId, now }: Stamp,
  input: {
    readonly sessionId: string
    readonly oaId: string
    readonly source: string
    readonly origin: SyncOrigin
    readonly incremental: boolean
  },
  last: SyncSession | null,
): SyncRow {
  const { sessionId, oaId, source, origin, incremental } = input
  return {
    sessionId,
    accountId,
    oaId,
    origin,
    source,
    status: 'running',
    phase: origin === 'pulled' ? 'list' : waitingPhase,
    cursor: null,
    walk: null,
    since: incremental ? (last?.beganAt ?? null) : null,
    beganAt: null,
    progress: null,
    pages: 0,
    conversations: 0,
    created: 0,
    messages: 0,
    duplicates: 0,
    invalid: 0,
    unreadable: 0,
    startedAt: now,
    updatedAt: now,
    finishedAt: null,
    deadlineAt: origin === 'pulled' ? null : new Date(now.getTime() + pushedHistoryMs),
    elapsedMs: 0,
    lastError: null,
    operationId,
  }
}

export function supersededSession(row: SyncRow, now: Date): SyncRow {
  return { ...row, status: 'superseded', updatedAt: now, finishedAt: now, deadlineAt: null }
}

/** The same session at work again, or null when it can't be gone on with. */
export function resumedSession(row: SyncRow | null, now: Date, input: { readonly oaId: string; readonly source: string }): SyncRow | null {
  if (row === null || row.finishedAt !== null || row.origin !== 'pulled') return null
  if (row.oaId !== input.oaId || row.source !== input.source) return null
  return { ...row, status: 'running', lastError: null, updatedAt: now }
}

/**
 * The session that a page belongs to, and whether this operation has written the page before. Throws
 * SYNC_SESSION_NOT_FOUND, and LEASE_LOST when another process has written a page since.
 */
export function sessionOfPage(
  row: SyncRow | null,
  operationId: string,
  { sessionId, expectedPages }: { readonly sessionId: string; readonly expectedPages: number },
): { readonly row: SyncRow; readonly isWritten: boolean } {
  if (row !== null && row.operationId === operationId) return { row, isWritten: true }
  if (row === null || row.finishedAt !== null) throw new ConversationStoreError('SYNC_SESSION_NOT_FOUND', { sessionId })
  if (row.pages !== expectedPages) throw new ConversationStoreError('LEASE_LOST', { key: `sync ${row.oaId}`, reason: 'taken over' })
  return { row, isWritten: false }
}

/** What a page adds to the session that it belongs to. */
export interface PageStep {
  readonly conversations: number
  readonly invalid: number
  readonly unreadable: number
  /** Where the session is after this page. `beganAt` is kept once it is set. */
  readonly phase: string
  readonly cursor: string | null
  readonly walk: string | null
  readonly beganAt: Date | null
  /** Whether nothing is left, so that the session is completed by this page. */
  readonly isLast: boolean
  /** For how long the run has been at work since its last page. */
  readonly elapsedMs: number
}

export function withPage(row: SyncRow, { operationId, now }: Stamp, step: PageStep, written: WrittenCounts): SyncRow {
  return {
    ...row,
    status: step.isLast ? 'completed' : 'running',
    phase: step.phase,
    cursor: step.cursor,
    walk: step.walk,
    beganAt: row.beganAt ?? step.beganAt,
    pages: row.pages + 1,
    conversations: row.conversations + step.conversations,
    created: row.created + written.created,
    messages: row.messages + written.messages,
    duplicates: row.duplicates + written.duplicates,
    invalid: row.invalid + step.invalid,
    unreadable: row.unreadable + step.unreadable,
    updatedAt: now,
    finishedAt: step.isLast ? now : null,
    elapsedMs: row.elapsedMs + step.elapsedMs,
    lastError: null,
    operationId,
  }
}

export function failedSession(
  row: SyncRow | null,
  { operationId, now }: Stamp,
  { error, elapsedMs }: { readonly error: SyncError; readonly elapsedMs: number },
): SyncRow | null {
  if (row === null || row.operationId === operationId) return row
  if (row.finishedAt !== null) return null
  return { ...row, status: 'failed', lastError: error, updatedAt: now, elapsedMs: row.elapsedMs + elapsedMs, operationId }
}

export interface WrittenCounts {
  readonly created: number
  readonly messages: number
  readonly duplicates: number
}

/** What the write of a page did: conversations that it created, and messages that were new, or known before. */
export function countWritten(items: readonly UpsertItem[], results: readonly UpsertResult[]): WrittenCounts {
  let created = 0
  let messages = 0
  let duplicates = 0
  results.forEach((result, index) => {
    if (!result.ok) return
    if (result.outcome === 'created') created += 1
    result.events.forEach((outcome, at) => {
      if (outcome === 'duplicate' || outcome === 'live') duplicates += 1
      else if (outcome === 'stored' && items[index]?.events[at]?.type === 'message') messages += 1
    })
  })
  return { created, messages, duplicates }
}
