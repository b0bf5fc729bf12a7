import { compositeKey } from '../../model/composite-key.js'
import type { UpsertConversations, UpsertItem, UpsertResult } from '../../store/adapter.js'

/** A call with one item, which waits to be sent in a statement. */
export interface WaitingCall {
  readonly input: UpsertConversations
  readonly item: UpsertItem
  /** The key of the item's customer. Calls of one customer are applied in the order in which they came. */
  readonly customer: string
  /** Calls of one group may share a statement. */
  readonly group: string
  /** True for a call that must be sent by itself, because the database refused a statement that it shared. */
  readonly alone: boolean
  resolve(results: readonly UpsertResult[]): void
  reject(error: unknown): void
}

export function customerOf({ accountId }: UpsertConversations, { oaId, customerId }: UpsertItem): string {
  return compositeKey(accountId, oaId, customerId)
}

/**
 * The key of everything that the calls of one statement must have in common: the account (a statement never holds two),
 * the injected time and the default policy for closed conversations. If any item of a statement matches a username, the
 * statement writes all its items one after another, so such items have groups of their own.
 */
export function groupOf({ accountId, now }: UpsertConversations, { defaultOnClosed, usernameKey }: UpsertItem): string {
  return JSON.stringify([accountId, now?.getTime() ?? null, defaultOnClosed, usernameKey !== null])
}
