import type { RawReader, RawRow } from '../../src/contract/contract-backend.js'
import { present } from './present.js'
import { toldOfMove } from './row-columns.js'

export type Query = (text: string, values?: unknown[]) => Promise<readonly Record<string, unknown>[]>

/** Reads the tables of one schema by plain SQL. */
export function sqlReader(query: Query, schema: string): RawReader {
  const read = (table: string) => async (accountId: string) =>
    (await query(`select * from "${schema}".${table} where account_id = $1`, [accountId]))
      .map(withPlainMarks)
      .map(withNamedReactions)
      .map(withWholeIdentities)
      .map(withTimeOfWindow)
  return {
    inboxes: read('inboxes'),
    contacts: read('contacts'),
    contactInboxes: read('contact_inboxes'),
    conversations: read('conversations'),
    messages: read('messages'),
    events: async (accountId) => {
      const messages = new Map(
        (await query(`select * from "${schema}".messages where account_id = $1`, [accountId])).map((row) => [row.id, row]),
      )
      return (await read('contact_interaction_events')(accountId)).map((row) =>
        row.direction === null ? ofMessage(row, messages.get(row.id)) : row,
      )
    },
    webhookJournal: async (accountId) => (await read('webhook_journal')(accountId)).map((row) => ({ ...row, token: Number(row.token) })),
    syncState: async (accountId) => (await read('sync_state')(accountId)).map((row) => ({ ...row, elapsed_ms: Number(row.elapsed_ms) })),
    inboxMigrations: async (accountId) => (await read('inbox_migrations')(accountId)).map(withNumbers),
    leases: async (accountId) => (await read('leases')(accountId)).map((row) => ({ ...row, token: Number(row.token) })),
    async owner(channel, oaId) {
      const [row] = await query(`select * from "${schema}".inbox_owners where channel = $1 and oa_id = $2`, [channel, oaId])
      return row ?? null
    },
  }
}

/** Some drivers return a bigint as text. */
function withNumbers(row: RawRow): RawRow {
  const isCount = (name: string) => /_(count|moved|merged)$|^skipped$/.test(name)
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, isCount(name) ? Number(value) : value]))
}

/** PostgreSQL keeps what a moved row had before as JSON. */
function withTimeOfWindow(row: RawRow): RawRow {
  if (!row.moved) return row
  const { window_expires_at: window, ...mark }: RawRow = Object(toldOfMove(row.moved))
  if (window === undefined) return { ...row, moved: mark }
  return { ...row, moved: { ...mark, window_expires_at: typeof window === 'string' ? new Date(window) : null } }
}

/** The event of a message has only what its message lacks. */
function ofMessage(event: RawRow, message: RawRow | undefined): RawRow {
  const { sender_id, direction, occurred_at, created_at, message_id } = present(message)
  return { ...event, sender_id, direction, occurred_at, created_at, ...(event.dedupe_key === null && { message_id }) }
}

/** The numbers of an operation's mark are larger than those of JSON, and some drivers return them as a bigint. */
function withPlainMarks(row: Record<string, unknown>): RawRow {
  return Array.isArray(row.operations) ? { ...row, operations: row.operations.map(String) } : row
}

/** PostgreSQL stores a reaction as [sender, emoji, milliseconds]. */
function withNamedReactions(row: Record<string, unknown>): RawRow {
  if (!Array.isArray(row.reactions)) return row
  const reactions = row.reactions.map(([senderId, emoji, at]: [string, string | null, number]) => {
    return { sender_id: senderId, emoji, occurred_at: new Date(at) }
  })
  return { ...row, reactions }
}

/** PostgreSQL stores an id of a person with its times in milliseconds, and without what is null. */
function withWholeIdentities(row: RawRow): RawRow {
  if (!Array.isArray(row.identities)) return row
  const timeOf = (milliseconds?: number | null) => (milliseconds == null ? null : new Date(milliseconds))
  const identities = row.identities.map(({ id, kind, since, moved_at, former_since, disputed_since, operation_id }) => {
    const times = { since, movedAt: moved_at, formerSince: former_since, disputedSince: disputed_since }
    const dates = Object.fromEntries(Object.entries(times).map(([name, milliseconds]) => [name, timeOf(milliseconds)]))
    return { id, kind, operationId: operation_id ?? null, ...dates }
  })
  return { ...row, identities }
}
