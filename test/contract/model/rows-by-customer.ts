import type { InterceptedCall } from '../../../src/contract/intercepted-adapter.js'
import type {
  ConversationAdapter,
  CustomerIdentity,
  LinkCustomerIds,
  StampedEvent,
  UpsertConversations,
  UpsertItem,
} from '../../../src/store/adapter.js'

/** Gives the contact inbox of a customer its id, by the inbox that a call names. */
type RowId = (oaId: string, customerId: string) => string

/**
 * Gives each contact inbox an id that says whose it is, and which call made it. If several items of a call need the
 * same contact inbox, an adapter may give it the id of any of them. Of two people of one moment the one with the lesser
 * id is the elder, so two databases would take different ones for it. An item that names an inbox which redirects may
 * need the one of another item, which names the destination.
 */
export async function withRowsByCustomer({ operations }: ConversationAdapter, { name, input }: InterceptedCall): Promise<unknown> {
  if (name === 'linkCustomerIds') {
    const link = input as LinkCustomerIds
    const rowId: RowId = (oaId, customerId) => `${link.accountId}/${oaId}/${customerId}/${link.operationId}`
    return { ...link, rowIds: rowIds(rowId, link.oaId, link.identities) }
  }
  if (name !== 'upsertConversations' && name !== 'writeSyncPage') return input
  const call = input as UpsertConversations
  const { accountId, operationId, items } = call
  const places = new Map<string, string>()
  for (const oaId of new Set(items.map((item) => item.oaId))) {
    places.set(oaId, (await operations.findInboxRedirect({ accountId, oaId, customerId: null, signal: null })) ?? oaId)
  }
  const rowId: RowId = (oaId, customerId) => `${accountId}/${places.get(oaId) ?? oaId}/${customerId}/${operationId}`
  return { ...call, items: items.map((item) => itemByCustomer(rowId, item)) }
}

function itemByCustomer(rowId: RowId, item: UpsertItem): UpsertItem {
  const { oaId, customerId, identities } = item
  const eventByCustomer = (event: StampedEvent): StampedEvent =>
    event.type === 'identity_change' && 'rowIds' in event
      ? { ...event, rowIds: rowIds(rowId, oaId, [...event.previous, ...event.current]) }
      : event
  return {
    ...item,
    ids: { ...item.ids, contactInbox: rowId(oaId, customerId), identities: rowIds(rowId, oaId, identities) },
    events: item.events.map(eventByCustomer),
  }
}

function rowIds(rowId: RowId, oaId: string, identities: readonly CustomerIdentity[]): readonly string[] {
  return identities.map(({ id }) => rowId(oaId, id))
}
