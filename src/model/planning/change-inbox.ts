import { ConversationStoreError, type RedirectRefusal } from '../errors.js'
import type { HistoryStep, InboxConnection } from '../patches.js'
import type { ChangeStamp } from './change-conversation.js'
import { furtherHistory } from './inbox-history.js'
import { firstMark, mayBeForgotten, rememberedOperation, withOperation } from './operations.js'
import type { InboxRow, OperationMark } from './rows.js'
import { sameValue } from './same-value.js'

/**
 * The inbox as it is once connected: a new one, the patched one, or the row itself when there is nothing to write. The
 * adapter has to check whether another account has the channel identity. Throws INBOX_CHANNEL_MISMATCH,
 * COMMIT_OUTCOME_UNKNOWN.
 */
export function connectedInbox(row: InboxRow | null, stamp: ChangeStamp, input: InboxConnection): InboxRow {
  if (row === null) return newInbox(stamp, input)
  if (isDecided(row, stamp)) return row
  const { channel, patch } = input
  if (row.channel !== channel) throw new ConversationStoreError('INBOX_CHANNEL_MISMATCH', { expected: row.channel, actual: channel })
  const connection = row.status === 'connected' ? {} : { status: 'connected' as const, connectedAt: stamp.now, disconnectedAt: null }
  return changed(row, { ...row, ...patch, ...connection }, stamp)
}

/**
 * The inbox as it is once disconnected, or the row itself when it was disconnected already. Throws
 * COMMIT_OUTCOME_UNKNOWN.
 */
export function disconnectedInbox(row: InboxRow, stamp: ChangeStamp): InboxRow {
  if (isDecided(row, stamp) || row.status === 'disconnected') return row
  return changed(row, { ...row, status: 'disconnected', disconnectedAt: stamp.now }, stamp)
}

/** What the channel said of an inbox's history: null is what was said before, by the same call. */
export interface ProgressedInbox {
  readonly row: InboxRow
  readonly said: 'news' | 'nothing new' | null
}

/**
 * The inbox once the channel has said how far it is with sending its history. It remembers the call that said nothing
 * new too, so that a session counts once what the body brought. Throws COMMIT_OUTCOME_UNKNOWN.
 */
export function progressedInbox(row: InboxRow, stamp: ChangeStamp, step: HistoryStep): ProgressedInbox {
  if (isDecided(row, stamp)) return { row, said: null }
  const history = furtherHistory(row.history, step, stamp.now)
  const isNews = history !== row.history
  const marked = { ...row, ...withOperation(row, markOf(stamp, 'updated')) }
  return isNews ? { row: { ...marked, history, updatedAt: stamp.now }, said: 'news' } : { row: marked, said: 'nothing new' }
}

/**
 * The inbox once its history is asked for again: what the channel said of the one before counts no longer. It is marked
 * in any case, so that of a request and news at once one comes after the other.
 */
export function askedInbox(row: InboxRow, stamp: ChangeStamp): InboxRow {
  const forgotten = row.history === null ? {} : { history: null, updatedAt: stamp.now }
  return { ...row, ...forgotten, ...withOperation(row, markOf(stamp, 'updated')) }
}

/** What a redirect is decided by. */
export interface RedirectChange {
  readonly oaId: string
  readonly to: string | null
  /** The inbox `to`, if it is named and there. */
  readonly destination: InboxRow | null
  /** An inbox that redirects to `oaId`. */
  readonly leadsHere: string | null
}

/**
 * The inbox once it redirects to another one, or to none, or the row itself when it did so before. Throws NOT_FOUND,
 * REDIRECT_REFUSED, COMMIT_OUTCOME_UNKNOWN.
 */
export function redirectedInbox(row: InboxRow | null, stamp: ChangeStamp, { oaId, to, destination, leadsHere }: RedirectChange): InboxRow {
  if (row === null) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
  if (isDecided(row, stamp) || row.redirectedTo === to) return row
  if (to !== null && destination === null) throw new ConversationStoreError('NOT_FOUND', { what: 'inbox' })
  const onward = destination?.redirectedTo ?? null
  if (onward !== null) throw redirectRefused('destination redirects', onward)
  if (to !== null && leadsHere !== null) throw redirectRefused('source is a destination', leadsHere)
  const redirectEndedAt = row.redirectedTo === null ? row.redirectEndedAt : stamp.serverNow
  return changed(row, { ...row, redirectedTo: to, redirectEndedAt }, stamp)

  function redirectRefused(reason: RedirectRefusal, otherOaId: string): ConversationStoreError<'REDIRECT_REFUSED'> {
    return new ConversationStoreError('REDIRECT_REFUSED', { reason, oaId, to: to ?? '', otherOaId })
  }
}

function isDecided(row: InboxRow, stamp: ChangeStamp): boolean {
  if (rememberedOperation(row, stamp.operationId)) return true
  if (mayBeForgotten(row, stamp)) throw new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId: stamp.operationId })
  return false
}

function changed(before: InboxRow, row: InboxRow, stamp: ChangeStamp): InboxRow {
  if (sameValue(before, row)) return before
  return { ...row, updatedAt: stamp.now, ...withOperation(row, markOf(stamp, 'updated')) }
}

function newInbox(stamp: ChangeStamp, { accountId, inboxId, oaId, channel, patch }: InboxConnection): InboxRow {
  return {
    id: inboxId,
    accountId,
    oaId,
    channel,
    provider: null,
    name: null,
    chatbotId: null,
    onClosed: null,
    metadata: null,
    ...patch,
    status: 'connected',
    connectedAt: stamp.now,
    disconnectedAt: null,
    redirectedTo: null,
    redirectEndedAt: null,
    matchesNumbers: false,
    history: null,
    createdAt: stamp.now,
    updatedAt: stamp.now,
    ...firstMark(markOf(stamp, 'created')),
  }
}

function markOf({ operationId, serverNow }: ChangeStamp, outcome: OperationMark['outcome']): OperationMark {
  return { id: operationId, outcome, at: serverNow }
}
