import type { Json } from '../../model/json.js'
import type { Attachment, Direction } from '../../model/records.js'
import type { ParsedEvent } from '../../model/validation/event-schemas.js'
import type { StampedEvent, StampedMessage } from '../adapter.js'
import { contentKey, namedKey } from './dedupe-key.js'

export interface EventStamps {
  readonly customerId: string
  readonly newId: () => string
  /** Whether the write as a whole is history. */
  readonly history: boolean
}

export interface StampedEvents {
  readonly events: readonly StampedEvent[]
  /**
   * For each stamped event, the index of the host's event that it comes from. A receipt becomes one event for each of
   * its targets.
   */
  readonly origins: readonly number[]
}

type Base = Pick<StampedEvent, 'id' | 'occurredAt' | 'sender' | 'dedupeKey'>
type ReceiptEvent = Extract<ParsedEvent, { type: 'receipt' }>
type MessageEvent = Extract<ParsedEvent, { type: 'message' }>
type GivenAttachments = Extract<ParsedEvent, { type: 'message_attachments' }>['attachments']

/** A message that one write brings both as history and live is live, in whatever order. */
export function stampEvents(given: readonly ParsedEvent[], stamps: EventStamps): StampedEvents {
  const events = given.some((event) => 'history' in event && event.history) ? given.map(liveWhereLive(given)) : given
  const stamped: StampedEvent[] = []
  const origins: number[] = []
  events.forEach((event, index) => {
    for (const one of stampEvent(event, stamps)) {
      stamped.push(one)
      origins.push(index)
    }
  })
  return { events: stamped, origins }
}

function liveWhereLive(given: readonly ParsedEvent[]): (event: ParsedEvent) => ParsedEvent {
  const live = new Set(given.flatMap((event) => (event.type === 'message' && !event.history ? idsOf(event) : [])))
  return (event) =>
    event.type === 'message' && event.history && idsOf(event).some((id) => live.has(id)) ? { ...event, history: false } : event
}

function idsOf({ messageId, localId }: MessageEvent): readonly string[] {
  return [
    ...(messageId === undefined ? [] : [namedKey('message', messageId)]),
    ...(localId === undefined ? [] : [namedKey('local', localId)]),
  ]
}

function stampEvent(event: ParsedEvent, stamps: EventStamps): readonly StampedEvent[] {
  switch (event.type) {
    case 'message':
      return [stampMessage(event, stamps)]
    case 'postback': {
      const { type, messageId = null, payload = null } = event
      const base = stampBase(event, stamps, 'inbound', messageId !== null, [messageId, payload])
      return [{ ...base, type, messageId, direction: 'inbound', payload, history: isHistory(event, stamps) }]
    }
    case 'message_edit': {
      const { type, targetMessageId, text, editNumber = 0 } = event
      const base = stampBase(event, stamps, 'inbound', false, [targetMessageId, text, editNumber])
      return [{ ...base, type, targetMessageId, text, editNumber }]
    }
    case 'message_attachments': {
      const { type, targetMessageId, text = null } = event
      const attachments = stampAttachments(event.attachments)
      const base = stampBase(event, stamps, 'inbound', false, [targetMessageId, text, attachments.map(contentOf)])
      return [{ ...base, type, targetMessageId, attachments, text }]
    }
    case 'message_delete': {
      const { type, targetMessageId } = event
      return [{ ...stampBase(event, stamps, 'inbound', false, [targetMessageId]), type, targetMessageId }]
    }
    case 'reaction': {
      const { type, targetMessageId } = event
      const emoji = event.action === 'remove' ? null : (event.emoji ?? null)
      return [{ ...stampBase(event, stamps, 'inbound', false, [targetMessageId, emoji]), type, targetMessageId, emoji }]
    }
    case 'receipt':
      return stampReceipt(event, stamps)
    case 'message_sent': {
      const { type, localId, messageId, eventId } = event
      const row = stampRow(event, stamps, 'outbound')
      // A later attempt that was accepted is news: it takes back that an earlier one failed.
      const content = [type, localId, messageId, ...(row.occurredAt === null ? [] : [row.occurredAt.getTime()])]
      const dedupeKey = eventId === undefined ? contentKey(...content) : namedKey('id', eventId)
      return [{ ...row, dedupeKey, type, localId, messageId }]
    }
    case 'message_failed': {
      const { type, localId, error = null } = event
      return [{ ...stampBase(event, stamps, 'outbound', false, [localId, error]), type, localId, error }]
    }
    case 'identity_change': {
      const { type, previous, current } = event
      const ids = [...previous, ...current]
      const base = stampBase(event, stamps, 'inbound', false, [ids.map(({ id, kind }) => [kind, id])])
      return [{ ...base, type, previous, current, rowIds: ids.map(stamps.newId) }]
    }
    default: {
      const { type, direction = 'inbound', payload = null } = event
      const history = isHistory(event, stamps)
      return [{ ...stampBase(event, stamps, direction, false, [direction, payload]), type, messageId: null, direction, payload, history }]
    }
  }
}

function stampMessage(event: MessageEvent, stamps: EventStamps): StampedMessage {
  const { type, messageId = null, localId = null, direction = 'inbound', text = '', replyTo = null, metadata = null } = event
  const { id, occurredAt, sender } = stampRow(event, stamps, direction)
  return {
    // The fields are listed one by one here, and wherever else every message passes, because a spread with more fields
    // after it takes V8 15 times as long.
    id,
    occurredAt,
    sender,
    // The key has only the message's id, so that it is the same message however it is reported again.
    dedupeKey: messageId === null ? namedKey('local', localId ?? '') : namedKey('message', messageId),
    type,
    messageId,
    localId,
    direction,
    text,
    attachments: stampAttachments(event.attachments ?? []),
    replyTo,
    metadata,
    history: isHistory(event, stamps),
  }
}

function stampAttachments(given: GivenAttachments): readonly Attachment[] {
  return given.map(({ type, url = null, name = null, payload = null }) => ({ type, url, name, payload }))
}

function contentOf({ type, url, name, payload }: Attachment): Json {
  return [type, url, name, payload]
}

function isHistory({ history = false }: { readonly history?: boolean | undefined }, stamps: EventStamps): boolean {
  return history || stamps.history
}

/** Makes one stamped event for each message that the receipt names, and one for its watermark. */
function stampReceipt(event: ReceiptEvent, stamps: EventStamps): readonly StampedEvent[] {
  const { status, watermark, error = null } = event
  const stamped: StampedEvent[] = [...new Set(event.messageIds)].map((targetMessageId) => ({
    ...stampBase(event, stamps, 'inbound', false, [targetMessageId, status], targetMessageId),
    type: 'receipt',
    targetMessageId,
    status,
    error,
  }))
  if (watermark !== undefined && (status === 'delivered' || status === 'read')) {
    const base = stampBase(event, stamps, 'inbound', false, ['watermark', status, watermark.getTime()], watermark.toISOString())
    stamped.push({ ...base, type: 'watermark', status, watermark })
  }
  return stamped
}

/**
 * `recognisable` says that the event carries an id of its own, so it is recognised without a time. `part` says which
 * one of several stamped events this is, when one event of the host becomes several.
 */
function stampBase(
  event: ParsedEvent,
  stamps: EventStamps,
  direction: Direction,
  recognisable: boolean,
  content: readonly Json[],
  part?: string,
): Base {
  const row = stampRow(event, stamps, direction)
  const { id, occurredAt, sender } = row
  const dedupeKey = () => {
    if (event.eventId !== undefined) return part === undefined ? namedKey('id', event.eventId) : contentKey('id', event.eventId, part)
    // Nothing can distinguish this event from the same thing happening again, so every delivery counts as a new event.
    if (occurredAt === null && !recognisable) return `once:${id}`
    // A customer is one person, whichever of their ids an event comes under.
    const who = sender.type === 'customer' && sender.id === stamps.customerId ? null : sender.id
    return contentKey(event.type, who, sender.type, occurredAt?.getTime() ?? null, ...content)
  }
  return { ...row, dedupeKey: dedupeKey() }
}

function stampRow(event: ParsedEvent, { customerId, newId }: EventStamps, direction: Direction): Omit<Base, 'dedupeKey'> {
  return { id: newId(), occurredAt: event.occurredAt ?? null, sender: senderOf(event, direction, customerId) }
}

function senderOf({ sender }: ParsedEvent, direction: Direction, customerId: string): Base['sender'] {
  const type = sender?.type ?? (direction === 'inbound' ? 'customer' : 'agent')
  const id = sender?.id === undefined && type === 'customer' ? customerId : (sender?.id ?? null)
  return { id, type, name: sender?.name ?? null }
}
