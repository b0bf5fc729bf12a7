import type { EventInput, MessageEventInput } from '../../model/event-inputs.js'
import type { Json } from '../../model/json.js'
import { contentKey } from '../../store/stamping/dedupe-key.js'

/**
 * The event of a body as it is written. One without a time gets that of its body, if the body is written later than it
 * came. The event's id is made before that, so that it is known whenever it is written.
 */
export function writtenEvent(event: EventInput, receivedAt?: Date): EventInput {
  const written = event.type === 'message' ? withPlaceholder(event) : recognisable(event)
  return receivedAt === undefined || written.occurredAt !== undefined ? written : { ...written, occurredAt: receivedAt }
}

/**
 * A message that the channel could not deliver has neither text nor attachments. The placeholder shows people that
 * there was something, in the list of messages and in the conversation's preview.
 */
function withPlaceholder(event: MessageEventInput): MessageEventInput {
  const isEmpty = (event.text ?? '') === '' && (event.attachments ?? []).length === 0
  return isEmpty && event.metadata?.unsupported === true ? { ...event, attachments: [{ type: 'unsupported' }] } : event
}

/**
 * The event with an id made of its content, if it has neither a time nor an id. The store takes such an event for a new
 * one each time that it comes, because a host that gives no time means now. But a channel delivers a body again, and
 * what it then says for the second time did not happen twice.
 */
function recognisable(event: Exclude<EventInput, MessageEventInput>): EventInput {
  const hasId = event.eventId !== undefined || ('messageId' in event && event.messageId !== undefined)
  return hasId || event.occurredAt !== undefined ? event : { ...event, eventId: contentKey('untimed', plain(event)) }
}

/** As JSON, because a watermark is a `Date`. */
function plain(event: EventInput): Json {
  return JSON.parse(JSON.stringify(event)) as Json
}
