import { refusal } from '../model/validation/refusal.js'
import { suffixed } from '../postgres/migrator/indexes/index-sql.js'
import type { AllowClosedOptions, ClosedEnforcement } from './allow-closed-types.js'
import { fittedName } from './fitted-name.js'
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

/** The names of the indexes of one column. */
type ClosedNames = Readonly<Record<'old' | 'active' | 'key' | 'byStatus' | 'byActivity', string>>

type Spelled = readonly [start: string, end: string]

/**
 * The names of the indexes of one column. Prisma gives an index over the same columns the same name, which it cuts as
 * is done here. Where two would have one name then, a hash tells them apart, but the old ones have theirs already.
 */
export function closedNames(table: ClosedTable, connection: string): ClosedNames {
  const all = table.connections.map((each) => spelled(table, each))
  const olds = all.map(({ old }) => cut(old))
  const others = all.flatMap(({ old: _, ...more }) => Object.values(more).map(cut))
  const isOnce = (name: string, names: readonly string[]) => names.filter((each) => each === name).length < 2
  const named = (kind: keyof ClosedNames) => {
    const name = spelled(table, connection)[kind]
    return isOnce(cut(name), kind === 'old' ? olds : [...olds, ...others]) ? cut(name) : fittedName(...name)
  }
  return { old: named('old'), active: named('active'), key: named('key'), byStatus: named('byStatus'), byActivity: named('byActivity') }
}

function spelled({ name, psid, status, activityAt, keyColumn }: ClosedTable, connection: string): Record<keyof ClosedNames, Spelled> {
  const of = (columns: readonly string[], end: string): Spelled => [[name, connection, ...columns].join('_'), end]
  return {
    old: of([psid], 'key'),
    active: of([psid], 'active_key'),
    key: of([psid, keyColumn], 'key'),
    byStatus: of([psid, status], 'idx'),
    byActivity: of([status, activityAt], 'idx'),
  }
}

function cut([start, end]: Spelled): string {
  return suffixed(start, end)
}
