import type { InterceptedCall } from '../../../src/contract/intercepted-adapter.js'
import type { CustomerIdentity, LinkCustomerIds, StampedEvent, UpsertConversations, UpsertItem } from '../../../src/store/adapter.js'

/**
 * Gives each contact inbox an id that says whose it is. If several items of a call need the same contact inbox, an
 * adapter may give it the id of any of them. Of two people of one moment the one with the lesser id is the elder, so
 * two databases would take different ones for it.
 */
export function withRowsByCustomer({ name, input }: InterceptedCall): unknown {
  if (name === 'linkCustomerIds') return linkByCustomer(input as LinkCustomerIds)
  return name === 'upsertConversations' || name === 'writeSyncPage' ? itemsByCustomer(input as UpsertConversations) : input
}

function linkByCustomer(input: LinkCustomerIds): LinkCustomerIds {
  return { ...input, rowIds: rowIds(input.accountId, input.oaId, input.identities) }
}

function itemsByCustomer(input: UpsertConversations): UpsertConversations {
  return { ...input, items: input.items.map((item) => itemByCustomer(input.accountId, item)) }
}

function itemByCustomer(accountId: string, item: UpsertItem): UpsertItem {
  const { oaId, customerId, identities } = item
  const eventByCustomer = (event: StampedEvent): StampedEvent =>
    event.type === 'identity_change' && 'rowIds' in event
      ? { ...event, rowIds: rowIds(accountId, oaId, [...event.previous, ...event.current]) }
      : event
  return {
    ...item,
    ids: { ...item.ids, contactInbox: rowId(accountId, oaId, customerId), identities: rowIds(accountId, oaId, identities) },
    events: item.events.map(eventByCustomer),
  }
}

function rowIds(accountId: string, oaId: string, identities: readonly CustomerIdentity[]): readonly string[] {
  return identities.map(({ id }) => rowId(accountId, oaId, id))
}

function rowId(accountId: string, oaId: string, customerId: string): string {
  return `${accountId}/${oaId}/${customerId}`
}
