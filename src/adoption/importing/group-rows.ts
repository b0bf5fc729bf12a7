import type { ConversationPatch } from '../../store/inputs.js'
import { type ConversationField, channelNamed, type ImportTables } from './import-tables.js'
import type { LegacyRow } from './legacy-source.js'
import { countOf, objectOf, textOf, timeOf } from './legacy-values.js'

/** All rows of one customer of an inbox, which become one conversation. */
export interface LegacyGroup {
  readonly accountId: string
  readonly oaId: string
  readonly customerId: string
  /** The row with the latest activity comes first. */
  readonly rows: readonly LegacyRow[]
  readonly status: 'open' | 'snoozed' | 'closed'
  readonly snoozedUntil: Date | null
  readonly unread: number
  readonly activityAt: Date | null
  readonly channel: string | null
  readonly patch: ConversationPatch
}

/**
 * The customers whose last row is of the page. All rows of a customer are imported together, however far they are from
 * each other, and by the last one so that a row that comes behind the cursor is among them. What names no customer is
 * rejected.
 */
export function groupRows(tables: ImportTables, rows: readonly LegacyRow[]) {
  const unreadable: { readonly row: LegacyRow; readonly reason: string }[] = []
  const byCustomer = new Map<string, LegacyRow[]>()
  for (const row of rows) {
    const missing = row.accountId === null ? 'account' : row.oaId === null ? 'inbox' : row.customerId === null ? 'customer' : null
    if (missing !== null) {
      if (row.inPage) unreadable.push({ row, reason: `it has no ${missing}` })
    } else {
      const customer = JSON.stringify([row.accountId, row.oaId, row.customerId])
      const same = byCustomer.get(customer)
      if (same === undefined) byCustomer.set(customer, [row])
      else same.push(row)
    }
  }
  const groups = [...byCustomer.values()].filter((same) => same.at(-1)?.inPage).map((same) => groupOf(tables, same))
  return { groups, unreadable }
}

function groupOf({ conversations: table }: ImportTables, given: readonly LegacyRow[]): LegacyGroup {
  const timed = given.map((row, at) => ({ row, at, time: timeOf(row.fields.activityAt) }))
  timed.sort((a, b) => (b.time?.getTime() ?? -Infinity) - (a.time?.getTime() ?? -Infinity) || b.at - a.at)
  const rows = timed.map(({ row }) => row)
  const status = (row: LegacyRow) => statusOf(table, row)
  const active = rows.filter((row) => status(row) !== 'closed')
  const first = <T>(field: ConversationField, read: (value: unknown) => T | null): T | null => {
    // What an active conversation says comes before what a closed one says.
    for (const row of [...active, ...rows]) {
      const value = read(row.fields[field])
      if (value !== null) return value
    }
    return null
  }
  const [{ accountId, oaId, customerId } = { accountId: null, oaId: null, customerId: null }] = rows
  const channel = first('channel', textOf)
  return {
    accountId: accountId ?? '',
    oaId: oaId ?? '',
    customerId: customerId ?? '',
    rows,
    status: active.some((row) => status(row) === 'open') ? 'open' : active.length > 0 ? 'snoozed' : 'closed',
    snoozedUntil: first('snoozedUntil', timeOf),
    unread: rows.reduce((sum, row) => sum + countOf(row.fields.unread), 0),
    activityAt: timed[0]?.time ?? null,
    channel: channel === null ? null : channelNamed(table, channel),
    patch: patchOf(first),
  }
}

function statusOf({ fields, active, snoozed }: ImportTables['conversations'], { fields: values }: LegacyRow): LegacyGroup['status'] {
  if (fields.status === undefined) return 'open'
  const value = String(values.status)
  if (snoozed.includes(value)) return 'snoozed'
  return active.includes(value) ? 'open' : 'closed'
}

function patchOf(first: <T>(field: ConversationField, read: (value: unknown) => T | null) => T | null): ConversationPatch {
  const patch: { -readonly [K in keyof ConversationPatch]: ConversationPatch[K] } = {}
  for (const field of ['nickname', 'customerName', 'customerUsername', 'chatbotId'] as const) {
    const value = first(field, textOf)
    if (value !== null) patch[field] = value
  }
  const metadata = first('metadata', objectOf)
  return metadata === null ? patch : { ...patch, metadata }
}
