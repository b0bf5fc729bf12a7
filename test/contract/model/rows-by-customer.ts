import type { InterceptedCall } from '../../../src/contract/intercepted-adapter.js'
import type { CustomerIdentity, LinkCustomerIds, StampedEvent, UpsertConversations, UpsertItem } from '../../../src/store/adapter.js'

/**
 * Gives each contact inbox an id that says whose it is. If several items of a call need the same contact inbox, an
 * adapter may give it the id of any of them. Of two people of one moment the one with the lesser id is the elder, so
 * two databases would take different ones for it. Whoever has moved to another inbox leaves the name to the next
 * customer of that id, so the ids also have the number of the batches that were moved before.
 */
export function rowsByCustomer(): (call: InterceptedCall) => unknown {
  const batches = new Set<unknown>()
  return ({ name, input }) => {
    if (name === 'moveInboxBatch') batches.add(Reflect.get(Object(input), 'operationId'))
    if (name === 'linkCustomerIds') return linkByCustomer(input as LinkCustomerIds, batches.size)
    const hasItems = name === 'upsertConversations' || name === 'writeSyncPage'
    return hasItems ? itemsByCustomer(input as UpsertConversations, batches.size) : input
  }
}

function linkByCustomer(input: LinkCustomerIds, batch: number): LinkCustomerIds {
  return { ...input, rowIds: rowIds(placeOf(input.accountId, input.oaId, batch), input.identities) }
}

function itemsByCustomer(input: UpsertConversations, batch: number): UpsertConversations {
  return { ...input, items: input.items.map((item) => itemByCustomer(placeOf(input.accountId, item.oaId, batch), item)) }
}

function itemByCustomer(place: string, item: UpsertItem): UpsertItem {
  const { customerId, identities } = item
  const eventByCustomer = (event: StampedEvent): StampedEvent =>
    event.type === 'identity_change' && 'rowIds' in event
      ? { ...event, rowIds: rowIds(place, [...event.previous, ...event.current]) }
      : event
  return {
    ...item,
    ids: { ...item.ids, contactInbox: rowId(place, customerId), identities: rowIds(place, identities) },
    events: item.events.map(eventByCustomer),
  }
}

function placeOf(accountId: string, oaId: string, batch: number): string {
  return `${accountId}/${oaId}/${batch}`
}

function rowIds(place: string, identities: readonly CustomerIdentity[]): readonly string[] {
  return identities.map(({ id }) => rowId(place, id))
}

function rowId(place: string, customerId: string): string {
  return `${place}/${customerId}`
}
