import type { RawReader, RawRow } from '../../../src/contract/index.js'

/** Everything that is stored for an account, in a form in which two databases can be compared. */
export async function storedState(raw: RawReader, accountId: string): Promise<Record<string, readonly RawRow[]>> {
  return {
    inboxes: (await raw.inboxes(accountId)).map(comparable),
    contacts: (await raw.contacts(accountId)).map(comparable),
    contactInboxes: (await raw.contactInboxes(accountId)).map(comparable),
    conversations: (await raw.conversations(accountId)).map(comparable),
    messages: (await raw.messages(accountId)).map(comparable),
    events: (await raw.events(accountId)).map(comparableEvent).map(comparable),
    leases: (await raw.leases(accountId)).map(lease),
    syncState: (await raw.syncState(accountId)).map((row) => comparable({ ...row, id: row.session_id })),
    inboxMigrations: (await raw.inboxMigrations(accountId)).map(comparable),
    webhooks: (await raw.webhookJournal(accountId)).map(webhook),
  }
}

/** Without its times, because databases time leases by their own clocks. */
function lease({ kind, key, holder, token }: RawRow): RawRow {
  return { id: `${kind} ${key}`, holder, token }
}

/** Without the end of its claim, for the same reason. */
function webhook({ id, channel, body, outcome, token, attempts, received_at }: RawRow): RawRow {
  return { id, channel, body, outcome, token, attempts, received_at }
}

/** Sorts the rows of each table by id. */
export function inOrder(state: Record<string, readonly RawRow[]>): Record<string, readonly RawRow[]> {
  const byId = (rows: readonly RawRow[]) => [...rows].sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1))
  return Object.fromEntries(Object.entries(state).map(([table, rows]) => [table, byId(rows)]))
}

function comparable({ operations, dropped_until: _, redirect_ended_at: __, reactions, ...row }: RawRow): RawRow {
  return {
    ...Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))),
    ...(Array.isArray(operations) && { operations: [...outcomesOf(operations)].sort() }),
    ...(Array.isArray(reactions) && { reactions: [...reactions].sort((a, b) => (a.sender_id < b.sender_id ? -1 : 1)) }),
  }
}

/**
 * The outcomes of the operations that a row remembers. Their times come from the database's own clock, and PostgreSQL
 * keeps a hash of their ids. A merge puts those of two conversations in order of time, so their order depends on it.
 */
function outcomesOf(operations: readonly unknown[]): readonly unknown[] {
  return operations.some((each) => typeof each === 'object')
    ? operations.map((each) => Reflect.get(Object(each), 'outcome'))
    : outcomesOfNumbers(operations)
}

function outcomesOfNumbers(numbers: readonly unknown[]): readonly string[] {
  const marks = numbers.filter((_, index) => index > 0 && index % 2 === 0)
  return marks.map((each) => ['', 'created', 'updated', 'reopened', 'adopted', 'merged'][Number(BigInt(String(each)) & 7n)] ?? '')
}

/**
 * Leaves out what adapters may store in their own way: the dedupe key of an event with a message id, which nobody looks
 * for, the payload of a waiting event, and the mark of a hidden message, which MongoDB repeats on its event.
 */
function comparableEvent({ dedupe_key, payload, double_in: _, ...row }: RawRow): RawRow {
  const isWaiting = row.conversation_id === null
  return { ...row, ...(row.message_id === null && { dedupe_key }), ...(!isWaiting && { payload }) }
}

/** The answer of a call about leases, without their times, because databases time leases by their own clocks. */
export function timeless(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(timeless)
  if (typeof answer !== 'object' || answer === null) return answer
  const timed = new Set(['since', 'expiresAt', 'expiresInMs'])
  return Object.fromEntries(
    Object.entries(answer)
      .filter(([name]) => !timed.has(name))
      .map(([name, value]) => [name, timeless(value)]),
  )
}
