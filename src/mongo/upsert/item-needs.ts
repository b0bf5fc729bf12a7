import { idsOf } from '../../model/planning/follow-redirects.js'
import { isFact } from '../../model/planning/known-events.js'
import type { CustomerTarget, StampedEvent, UpsertItem } from '../../store/adapter.js'
import type { LoadedWorld } from './loaded-world.js'
import type { Need } from './needs.js'

/** The customer of all items. Null if they belong to several customers. */
export function onlyCustomer([first, ...others]: readonly UpsertItem[]): CustomerTarget | null {
  if (first === undefined || others.some(({ oaId, customerId }) => oaId !== first.oaId || customerId !== first.customerId)) return null
  return { oaId: first.oaId, customerId: first.customerId }
}

/** Whether an item names its customer by one id alone. */
export function namesOneId(item: UpsertItem): boolean {
  return idsOf(item).length === 1
}

/** What planning an item asks of the database first. */
export function situationNeeds(item: UpsertItem): readonly Need[] {
  const { oaId, usernameKey } = item
  return [
    ...idsOf(item).map((customerId): Need => ({ what: 'customer', oaId, customerId })),
    { what: 'inbox', oaId },
    ...(usernameKey === null ? [] : [{ what: 'username', oaId, usernameKey } as const]),
  ]
}

/** What planning an item's events asks of the database, once the customer's contact inbox is known. */
export function eventNeeds({ events }: UpsertItem, contactInboxId: string): readonly Need[] {
  return [{ what: 'anything waiting', contactInboxId }, ...events.flatMap((event) => needsOf(event, contactInboxId))]
}

/**
 * The contact inboxes under which anything of an item's customer may be stored, as far as they are loaded: those of the
 * ids that the item names, their heads' and the scopes of these. On channels with ids that are unique within a chat
 * only the own one counts. The channel may not be known yet, so the others are looked at there, too.
 */
export function possibleScopes(world: LoadedWorld, item: UpsertItem): readonly string[] {
  const scopes = idsOf(item).flatMap((customerId) => {
    const own = world.contactInbox(item.oaId, customerId)
    if (own === null) return []
    const head = world.contactInboxes.get(own.canonicalId ?? own.id) ?? own
    return [own.id, head.id, ...(head.scopes ?? [])]
  })
  return [...new Set(scopes)]
}

/** Whether any event may change a stored message, which may be in a conversation that was closed long ago. */
export function changesMessages(items: readonly UpsertItem[]): boolean {
  return items.some(({ events }) => events.some((event) => event.type !== 'message' && !isFact(event)))
}

function needsOf(event: StampedEvent, contactInboxId: string): readonly Need[] {
  const of = (what: ScopedNeed['what'], value: string): Need => ({ what, contactInboxId, value })
  switch (event.type) {
    case 'message': {
      const { messageId, localId, dedupeKey } = event
      return [
        ...(messageId === null
          ? [of('event by dedupe key', dedupeKey)]
          : [of('event by message id', messageId), of('message by message id', messageId)]),
        ...(localId === null ? [] : [of('message by local id', localId)]),
      ]
    }
    case 'message_sent':
      return [
        of('event by dedupe key', event.dedupeKey),
        of('message by message id', event.messageId),
        of('message by local id', event.localId),
      ]
    case 'message_failed':
      return [of('event by dedupe key', event.dedupeKey), of('message by local id', event.localId)]
    case 'message_edit':
    case 'message_attachments':
    case 'message_delete':
    case 'reaction':
    case 'receipt':
      return [of('event by dedupe key', event.dedupeKey), of('message by message id', event.targetMessageId)]
    case 'identity_change':
      return []
    case 'watermark':
      return [
        of('event by dedupe key', event.dedupeKey),
        { what: 'undelivered', contactInboxId, status: event.status, upTo: event.watermark },
      ]
    default:
      return event.messageId === null
        ? [of('event by dedupe key', event.dedupeKey)]
        : [of('event by message id', event.messageId), of('message by message id', event.messageId)]
  }
}

type ScopedNeed = Extract<Need, { readonly value: string }>
