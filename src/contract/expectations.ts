import assert from 'node:assert/strict'
import { type ConversationStoreError, type ErrorCode, type ErrorDetails, isConversationStoreError } from '../model/errors.js'
import type { AccountConversations } from '../store/account-conversations.js'
import type { CustomerKey } from '../store/inputs.js'
import type { RawRow } from './contract-backend.js'

/** Checks that the call fails with this code, and with these details as far as they are given. */
export async function rejects<C extends ErrorCode>(
  call: PromiseLike<unknown>,
  code: C,
  details?: Partial<ErrorDetails[C]>,
): Promise<ConversationStoreError<C>> {
  const error = await outcomeOf(call)
  // When a backend lacks what the case needs, the refusal is the result of the whole case.
  if (code !== 'UNSUPPORTED' && isConversationStoreError(error, 'UNSUPPORTED')) throw error
  assert.ok(isConversationStoreError(error, code), `expected ${code}, got ${describe(error)}`)
  for (const [name, value] of Object.entries(details ?? {})) {
    assert.deepEqual(Object.entries(error.details).find(([key]) => key === name)?.[1], value, `${code}: details.${name}`)
  }
  return error
}

/** Returns the error that the call fails with, or undefined when it succeeds. */
async function outcomeOf(call: PromiseLike<unknown>): Promise<unknown> {
  try {
    await call
    return undefined
  } catch (error) {
    return error
  }
}

function describe(error: unknown): string {
  return error === undefined ? 'success' : error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}

/** Returns the one row of a list. */
export function only<T>(rows: readonly T[], what = 'row'): T {
  const [row] = rows
  assert.equal(rows.length, 1, `expected one ${what}, got ${rows.length}`)
  return present(row, what)
}

export function present<T>(value: T | null | undefined, what = 'a value'): T {
  assert.ok(value !== null && value !== undefined, `expected ${what}, got ${value}`)
  return value
}

/** Checks that the named columns of a row hold these values. */
export function holds(row: object | null | undefined, expected: object): void {
  const values = new Map(Object.entries(present(row, 'a row')))
  for (const [name, value] of Object.entries(expected)) assert.deepEqual(values.get(name), value, name)
}

/** Returns the values of one column, in ascending order. */
export function column(rows: readonly RawRow[], name: string): readonly unknown[] {
  return rows.map((row) => row[name]).sort(ascending)
}

function ascending(a: unknown, b: unknown): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1
}

/** Counts the outcomes of each kind. */
export function tally(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

/** Returns 1, 2, … n. */
export function upTo(n: number): readonly number[] {
  return Array.from({ length: n }, (_, index) => index + 1)
}

/** Returns the results of `n` callers that start at once. */
export function racing<T>(n: number, call: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(upTo(n).map(call))
}

/** Closes the customer's conversation, if there is one. Another caller may have closed it already. */
export async function closeIfActive(account: AccountConversations, key: CustomerKey): Promise<void> {
  const found = await account.findByOaAndCustomer(key)
  if (found === null) return
  await account.closeConversation({ conversationId: found.id }).catch((error: unknown) => {
    assert.ok(isConversationStoreError(error, 'INVALID_TRANSITION'), String(error))
  })
}
