import type { EventOutcome, StampedEvent, StampedFact, StampedMessage } from '../stamped-events.js'
import type { UpsertItem } from '../upsert-item.js'
import type { MessageRow } from './rows.js'
import { everyScope, firstOf, type Scopes } from './scopes.js'
import type { World } from './world.js'

const factless: ReadonlySet<string> = new Set<Exclude<StampedEvent, StampedFact>['type']>([
  'message',
  'message_edit',
  'message_attachments',
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
  /** The id under which it is stored. Null while it waits, and for an event that the item repeats. */
  readonly storedIn: string | null
  /** True when history brought the message, and this event is the live one. */
  readonly turnsLive: boolean
  /** True when an earlier attempt of this item's operation wrote it, or when it repeats an event of the same item. */
  readonly isOwn: boolean
}

/** One entry per event of the item; null when the event is new. */
export type KnownEvents = readonly (KnownEvent | null)[]

/**
 * Finds out which of the item's events are known in these scopes, and what outcome is reported for them. `isResent`
 * says that an earlier attempt of the item may have been applied.
 */
export function knownEvents(world: World, scopes: Scopes, item: UpsertItem, isResent: boolean): KnownEvents {
  const earlier = { messageIds: new Set<string>(), localIds: new Set<string>(), dedupeKeys: new Set<string>() }
  return item.events.map((event) => {
    const { messageId, localId, dedupeKey } = identityOf(event)
    const isRepeated = seen(earlier.messageIds, messageId) || seen(earlier.localIds, localId) || seen(earlier.dedupeKeys, dedupeKey)
    if (messageId !== null) earlier.messageIds.add(messageId)
    if (localId !== null) earlier.localIds.add(localId)
    if (dedupeKey !== null) earlier.dedupeKeys.add(dedupeKey)
    if (isRepeated) return { outcome: 'duplicate', storedIn: null, isOwn: true, turnsLive: false }
    return storedEvent(world, scopes, event, item, isResent)
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

function storedEvent(world: World, given: Scopes, event: StampedEvent, item: UpsertItem, isResent: boolean): KnownEvent | null {
  const { messageId, localId } = identityOf(event)
  const scopes = everyScope(given)
  const row = firstOf(scopes, (scope) =>
    messageId === null ? world.eventByDedupeKey(scope, event.dedupeKey) : world.eventByMessageId(scope, messageId),
  )
  const stored =
    row ??
    (messageId === null ? null : firstOf(scopes, (scope) => world.messageByMessageId(scope, messageId))) ??
    (localId === null ? null : firstOf(scopes, (scope) => world.messageByLocalId(scope, localId)))
  if (stored === null) return null
  const storedIn = stored.conversationId
  if (row?.operationId === item.operationId) {
    return { outcome: row.conversationId === null ? 'waiting' : 'stored', storedIn, isOwn: true, turnsLive: false }
  }
  // The event of a message says for good whether history brought it, so live messages that come again cost no look-up.
  if (event.type === 'message' && !event.history && (row === null || row.history)) {
    if (messageOf(world, given.all, event)?.history) return { outcome: 'live', storedIn, isOwn: false, turnsLive: true }
    const live = isResent ? firstOf(given.all, (scope) => world.eventByDedupeKey(scope, liveKey(event))) : null
    if (live?.operationId === item.operationId) return { outcome: 'live', storedIn, isOwn: true, turnsLive: false }
  }
  return { outcome: 'duplicate', storedIn, isOwn: false, turnsLive: false }
}

/** The stored message that a message event is about. What was said while the id was another person's is not asked. */
export function messageOf(world: World, scopes: readonly string[], { messageId, localId }: StampedMessage): MessageRow | null {
  const named = messageId === null ? null : firstOf(scopes, (scope) => world.messageByMessageId(scope, messageId))
  return named ?? (localId === null ? null : firstOf(scopes, (scope) => world.messageByLocalId(scope, localId)))
}

/** The dedupe key of the event that a message of history leaves when it comes live. */
export function liveKey({ messageId, localId }: Pick<StampedMessage, 'messageId' | 'localId'>): string {
  return messageId === null ? `live-local:${localId ?? ''}` : `live:${messageId}`
}
