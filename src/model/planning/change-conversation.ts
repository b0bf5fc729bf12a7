import { ConversationStoreError } from '../errors.js'
import type { Patch } from '../patches.js'
import type { ChangeOutcome } from '../upsert-item.js'
import { withPatch } from './apply-patch.js'
import { raisedBy } from './finish-item.js'
import { mayBeForgotten, rememberedOperation } from './operations.js'
import type { ContactInboxRow, ConversationRow } from './rows.js'
import { sameValue } from './same-value.js'

/** When, and by which operation, one conversation is changed. */
export interface ChangeStamp {
  readonly operationId: string
  /** The injected clock's time, or the database's when no clock was injected. */
  readonly now: Date
  /** The time of the database's own clock. */
  readonly serverNow: Date
  readonly resentAfter: number | null
}

export interface PlannedChange {
  readonly outcome: ChangeOutcome
  readonly row: ConversationRow
  /** False when there is nothing to write. */
  readonly changed: boolean
}

/**
 * Plans a change of one conversation. `change` gets the row and returns the changed one, or throws. An operation that
 * the row remembers is answered from memory. After that `expectedVersion` is checked, and then `change` is called.
 * Throws COMMIT_OUTCOME_UNKNOWN, VERSION_CONFLICT.
 */
export function planChange(
  row: ConversationRow,
  stamp: ChangeStamp,
  expectedVersion: number | null,
  change: (row: ConversationRow, now: Date) => ConversationRow,
  outcome: 'updated' | 'reopened' = 'updated',
): PlannedChange {
  const { operationId, now, serverNow } = stamp
  const remembered = rememberedOperation(row, operationId)
  if (remembered) return { outcome: remembered.outcome, row, changed: false }
  if (mayBeForgotten(row, stamp)) throw new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId })
  if (expectedVersion !== null && expectedVersion !== row.version) {
    throw new ConversationStoreError('VERSION_CONFLICT', { expected: expectedVersion, actual: row.version })
  }
  const next = change(row, now)
  if (sameValue(row, next)) return { outcome: 'unchanged', row, changed: false }
  return { outcome, row: raisedBy(next, { id: operationId, outcome, at: serverNow }, now), changed: true }
}

/** For `updateConversation`. */
export function patched(patch: Patch): (row: ConversationRow) => ConversationRow {
  return (row) => withPatch(row, patch)
}

/** For `closeConversation`. Throws INVALID_TRANSITION. */
export function closed(row: ConversationRow, now: Date): ConversationRow {
  if (row.status === 'closed') throw new ConversationStoreError('INVALID_TRANSITION', { from: row.status, to: 'closed' })
  return { ...row, status: 'closed', statusChangedAt: now, closedAt: now, snoozedUntil: null }
}

/** For `snoozeConversation`. Throws INVALID_TRANSITION. */
export function snoozed(until: Date): (row: ConversationRow, now: Date) => ConversationRow {
  return (row, now) => {
    if (row.status === 'closed') throw new ConversationStoreError('INVALID_TRANSITION', { from: row.status, to: 'snoozed' })
    return { ...row, status: 'snoozed', statusChangedAt: row.status === 'snoozed' ? row.statusChangedAt : now, snoozedUntil: until }
  }
}

/**
 * The conversations that may prevent a reopening. The row that is reopened may be among them; it does not prevent its
 * own.
 */
export interface Rivals {
  /** The active conversation of the canonical customer. */
  readonly active: ConversationRow | null
  /** The active conversation of the inbox that holds the row's username key. */
  readonly namesake: ConversationRow | null
  /** The contact inbox that the row's customer stands for by now. */
  readonly canonical: Pick<ContactInboxRow, 'id' | 'customerId' | 'contactId'>
}

/**
 * For `reopenConversation`, whose outcome is `reopened`. Throws INVALID_TRANSITION, ACTIVE_CONVERSATION_EXISTS,
 * USERNAME_TAKEN.
 */
export function reopened({ active, namesake, canonical }: Rivals): (row: ConversationRow, now: Date) => ConversationRow {
  return (row, now) => {
    if (row.status === 'open') throw new ConversationStoreError('INVALID_TRANSITION', { from: row.status, to: 'open' })
    if (active && active.id !== row.id) throw new ConversationStoreError('ACTIVE_CONVERSATION_EXISTS', { conversationId: active.id })
    if (namesake && namesake.id !== row.id) throw new ConversationStoreError('USERNAME_TAKEN', { conversationId: namesake.id })
    // A conversation from before its customer became an alias opens as the canonical customer's active conversation.
    const { id: contactInboxId, customerId, contactId } = canonical
    const customer = { contactInboxId, customerId, contactId: contactId ?? row.contactId }
    return { ...row, ...customer, status: 'open', statusChangedAt: now, closedAt: null, snoozedUntil: null }
  }
}

/** For `wakeDue`. */
export function woken(row: ConversationRow, now: Date): ConversationRow {
  return { ...row, status: 'open', statusChangedAt: now, snoozedUntil: null }
}

/**
 * For `markRead`. `unreadPast` counts the conversation's unread messages after a `seq`. A null `seq` means all
 * messages.
 */
export function read(seq: number | null, unreadPast: (readSeq: number) => number): (row: ConversationRow) => ConversationRow {
  return (row) => {
    const readSeq = Math.min(seq ?? row.lastSeq, row.lastSeq)
    return readSeq > row.readSeq ? { ...row, readSeq, unreadCount: unreadPast(readSeq) } : row
  }
}
