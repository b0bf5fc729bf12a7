import type { EventOutcome, StampedEvent, StampedFact } from '../stamped-events.js'
import type { UpsertItem } from '../upsert-item.js'
import { everyScope, firstOf, type Scopes } from './scopes.js'
import type { World } from './world.js'

const factless: ReadonlySet<string> = new Set<Exclude<StampedEvent, StampedFact>['type']>([
  'message',
  'message_edit',
  'message_delete',
  'reaction',
  'receipt',
  'watermark',
  'message_sent',
  'message_failed',
  'identity_change',
])

/** Whether an event has no target: a postback, a referral, or one of the host's own types. */
export function isFact(event: StampedEvent): event is StampedFact {
  return isFactType(event.type)
}

export function isFactType(type: string): boolean {
  return !factless.has(type)
}

/**
 * Whether an event may leave a row. Receipts and watermarks do not, because they only say how far delivery has come,
 * and changes of ids do not, because the ids hold them.
 */
export function leavesRow({ type }: StampedEvent): boolean {
  return type !== 'receipt' && type !== 'watermark' && type !== 'identity_change'
}

interface KnownEvent {
  readonly outcome: EventOutcome
  /** True when an earlier attempt of this item's operation wrote it, or when it repeats an event of the same item. */
  readonly isOwn: boolean
}

/** One entry per event of the item; null when the event is new. */
export type KnownEvents = readonly (KnownEvent | null)[]

/** Finds out which of the item's events are known in these scopes, and what outcome is reported for them. */
export function knownEvents(world: World, given: Scopes, item: UpsertItem): KnownEvents {
  const scopes = everyScope(given)
  const earlier = { messageIds: new Set<string>(), localIds: new Set<string>(), dedupeKeys: new Set<string>() }
  return item.events.map((event) => {
    const { messageId, localId, dedupeKey } = identityOf(event)
    const isRepeated = seen(earlier.messageIds, messageId) || seen(earlier.localIds, localId) || seen(earlier.dedupeKeys, dedupeKey)
    if (messageId !== null) earlier.messageIds.add(messageId)
    if (localId !== null) earlier.localIds.add(localId)
    if (dedupeKey !== null) earlier.dedupeKeys.add(dedupeKey)
    if (isRepeated) return { outcome: 'duplicate', isOwn: true }
    return storedEvent(world, scopes, event, item.operationId)
  })
}

interface Identity {
  readonly messageId: string | null
  readonly localId: string | null
  /** Null when there is a message id, because an event row with a message id is unique by that id alone. */
  readonly dedupeKey: string | null
}

function identityOf(event: StampedEvent): Identity {
  const messageId = event.type === 'message' || isFact(event) ? event.messageId : null
  return { messageId, localId: event.type === 'message' ? event.localId : null, dedupeKey: messageId === null ? event.dedupeKey : null }
}

function seen(ids: ReadonlySet<string>, id: string | null): boolean {
  return id !== null && ids.has(id)
}

function storedEvent(world: World, scopes: readonly string[], event: StampedEvent, operationId: string): KnownEvent | null {
  const { messageId, localId } = identityOf(event)
  const row = firstOf(scopes, (scope) =>
    messageId === null ? world.eventByDedupeKey(scope, event.dedupeKey) : world.eventByMessageId(scope, messageId),
  )
  const isKnown =
    row !== null ||
    (messageId !== null && firstOf(scopes, (scope) => world.messageByMessageId(scope, messageId)) !== null) ||
    (localId !== null && firstOf(scopes, (scope) => world.messageByLocalId(scope, localId)) !== null)
  if (!isKnown) return null
  if (row?.operationId !== operationId) return { outcome: 'duplicate', isOwn: false }
  return { outcome: row.conversationId === null ? 'waiting' : 'stored', isOwn: true }
}
