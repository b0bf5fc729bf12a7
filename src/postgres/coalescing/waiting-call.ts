import { compositeKey } from '../../model/composite-key.js'
import type { UpsertConversations, UpsertItem, UpsertResult } from '../../store/adapter.js'

/** A call with one item, between the caller that awaits it and the statement that it goes with. */
export interface WaitingCall {
  readonly input: UpsertConversations
  readonly item: UpsertItem
  /** Whose calls are applied in the order they came. */
  readonly customer: string
  /** Calls of one group may share a statement. */
  readonly group: string
  /** Goes by itself: a statement that it shared was refused. */
  readonly alone: boolean
  resolve(results: readonly UpsertResult[]): void
  reject(error: unknown): void
}

export function customerOf({ accountId }: UpsertConversations, { oaId, customerId }: UpsertItem): string {
  return compositeKey(accountId, oaId, customerId)
}

/**
 * What a statement has one of: the account (a statement never holds two), the injected time, the policy for closed
 * conversations. Items that match a username are written one after another, all that share their statement with them,
 * so those go together.
 */
export function groupOf({ accountId, now }: UpsertConversations, { defaultOnClosed, usernameKey }: UpsertItem): string {
  return JSON.stringify([accountId, now?.getTime() ?? null, defaultOnClosed, usernameKey !== null])
}
