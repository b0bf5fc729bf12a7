import { refusal } from '../model/validation/refusal.js'
import type { AllowClosedOptions, ClosedEnforcement } from './allow-closed-types.js'
import type { Conversations } from './tables.js'

/** A table of conversations with a nullable column for the connection of each channel. */
export interface ClosedTable {
  readonly schema: string
  readonly name: string
  readonly psid: string
  readonly status: string
  readonly active: readonly string[]
  readonly activityAt: string
  readonly connections: readonly string[]
  /** Whether the host named the connections, so that each has to be there. */
  readonly areNamed: boolean
  readonly enforce: ClosedEnforcement
  readonly keyColumn: string
}

const commonConnections = ['pageConnectionId', 'instagramConnectionId', 'telegramConnectionId', 'widgetConfigId']

export function closedTableOf({ conversations: table = {}, connections, enforce, keyColumn }: AllowClosedOptions): ClosedTable {
  if (connections?.length === 0) throw refusal(['connections'], 'must name a column')
  if (table.active?.length === 0) throw refusal(['conversations', 'active'], 'must name a status')
  return {
    schema: table.schema ?? 'public',
    name: table.name ?? 'conversations',
    psid: table.customerId ?? 'psid',
    status: table.status ?? 'status',
    active: table.active ?? ['OPEN', 'SNOOZED'],
    activityAt: table.activityAt ?? 'lastMessageAt',
    connections: connections ?? commonConnections,
    areNamed: connections !== undefined,
    enforce: enforce ?? 'index',
    keyColumn: keyColumn ?? 'activeKey',
  }
}

/** The conversations as those of one column: the connection stands for the account and for the inbox. */
export function conversationsBy({ schema, name, psid, status, active, activityAt }: ClosedTable, connection: string): Conversations {
  return { schema, name, accountId: connection, oaId: connection, customerId: psid, status, active, activityAt }
}

/** The names of the indexes of one column. Prisma gives an index over the same columns the same name. */
export function closedNames({ name, psid, status, activityAt, keyColumn }: ClosedTable, connection: string) {
  const named = (columns: readonly string[], suffix: string) => cut([name, connection, ...columns].join('_'), suffix)
  return {
    old: named([psid], 'key'),
    active: named([psid], 'active_key'),
    key: named([psid, keyColumn], 'key'),
    byStatus: named([psid, status], 'idx'),
    byActivity: named([status, activityAt], 'idx'),
  }
}

/** PostgreSQL keeps 63 bytes of a name. */
function cut(start: string, suffix: string): string {
  let kept = start
  while (Buffer.byteLength(`${kept}_${suffix}`) > 63) kept = [...kept].slice(0, -1).join('')
  return `${kept}_${suffix}`
}
