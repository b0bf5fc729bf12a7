import type { ImportAccount } from '../import-types.js'
import type { LegacyGroup } from './group-rows.js'
import { type ImportedEvent, type ImportItem, lastTimeOf } from './import-items.js'
import type { ImportTables } from './import-tables.js'
import { importedId } from './read-message.js'
import { refusedBecause } from './refusals.js'

/**
 * What opens a conversation without messages in the store, at its own time: only messages and postbacks open one, and a
 * call without events would open it now.
 */
export function withoutMessages({ conversations: { name } }: ImportTables, group: LegacyGroup): ImportItem {
  return { group, isUnread: false, events: [standIn(name, group, group.activityAt)] }
}

function standIn(table: string, { rows }: LegacyGroup, time: Date | null): ImportedEvent {
  const [{ id } = { id: '' }] = rows
  const event = {
    type: 'postback',
    eventId: importedId(table, id),
    payload: { imported: true },
    ...(time === null ? {} : { occurredAt: time }),
  } as const
  return { event, message: null }
}

/** Who opens a conversation. */
interface Opener {
  readonly account: ImportAccount
  /** The host's table of conversations. */
  readonly table: string
  /** Throws if the run is to end. */
  readonly requireGoingOn: () => void
}

/**
 * The first item of a conversation whose last message came at `lastTime`, with another item if there are several. The
 * store closes a conversation at the time of the last event that opens it, and what comes later does not move that. So
 * something of that time goes into the first item, unless the customer has a conversation already.
 */
export async function openedAt({ account, table, requireGoingOn }: Opener, item: ImportItem, lastTime: Date | null): Promise<ImportItem> {
  const { group, events } = item
  const own = lastTimeOf(events)
  if (group.status !== 'closed' || own === null || lastTime === null || own >= lastTime) return item
  requireGoingOn()
  if (await isInStore(account, group)) return item
  return { ...item, events: [standIn(table, group, lastTime), ...events] }
}

async function isInStore(account: ImportAccount, { oaId, customerId }: LegacyGroup): Promise<boolean> {
  try {
    return (await account.findByOaAndCustomer({ oaId, customerId, status: 'any' })) !== null
  } catch (error) {
    // The write will be refused for the same reason.
    refusedBecause(error)
    return true
  }
}
