import { rejects } from 'node:assert/strict'
import type { ContractBackend } from '../../../src/contract/index.js'
import type { AccountConversations, Conversation, EventInput, OperatorCalls } from '../../../src/index.js'
import type { AgeMarks } from '../aged-marks.js'
import { present } from '../present.js'
import type { Query } from '../sql-reader.js'

type SqlFunctionName = 'upsert_conversation_with_events' | 'bulk_upsert_conversations_with_events'

/** One backend whose modules all use the changed constants. */
export interface Room {
  readonly backend: ContractBackend
  account(name: string, clock?: () => Date): AccountConversations
  operator(): OperatorCalls
  readonly age: AgeMarks
  /** Calls a function as a program in another language does. It is null on a backend without SQL. */
  readonly sql: ((name: SqlFunctionName, payload: object) => Promise<unknown>) | null
  /** Acquires the lock of a sync by its function, for so many seconds, and tells whether it did. */
  readonly lockBySql: ((seconds: number) => Promise<unknown>) | null
}

let customers = 0

/** A customer that the backend has never seen. */
export function newCustomer(): { readonly oaId: string; readonly customerId: string } {
  customers += 1
  return { oaId: 'page', customerId: `customer-${customers}` }
}

/** Stores an event in each of the ways that a new message can go, and returns the conversations of the customers. */
export async function onEveryWay(account: AccountConversations, event: EventInput, more: object = {}): Promise<readonly Conversation[]> {
  const [first, known, bulkFirst, bulkKnown, general] = [newCustomer(), newCustomer(), newCustomer(), newCustomer(), newCustomer()]
  for (const customer of [known, bulkKnown]) await account.upsertConversation({ ...customer, ...more })
  await account.upsertConversationWithEvents({ ...first, ...more, events: [event] })
  await account.upsertConversationWithEvents({ ...known, ...more, events: [event] })
  await account.bulkUpsertConversationsWithEvents({
    conversations: [bulkFirst, bulkKnown].map((customer) => ({ ...customer, ...more, events: [event] })),
  })
  await account.upsertConversationWithEvents({ ...general, ...more, events: [{ type: 'referral' }, event] })
  const found = [first, known, bulkFirst, bulkKnown, general].map((customer) => account.findByOaAndCustomer(customer))
  return (await Promise.all(found)).map(present)
}

export async function refuses(call: Promise<unknown>, code: string): Promise<void> {
  await rejects(call, (error: unknown) => typeof error === 'object' && error !== null && 'code' in error && error.code === code)
}

export function sqlOf(query: Query, schema: string): Room['sql'] {
  return async (name, payload) => (await query(`select "${schema}".${name}($1::jsonb) as result`, [JSON.stringify(payload)]))[0]?.result
}

export function lockBySqlOf(query: Query, schema: string): Room['lockBySql'] {
  return async (seconds) =>
    (await query(`select acquired from "${schema}".acquire_sync_lock('locks', 'for ' || $1::text, 'a', $1::integer)`, [seconds]))[0]
      ?.acquired
}
