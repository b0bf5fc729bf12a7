import type { AttachmentInput, EventInput, ReceiptEventInput } from '../../src/model/event-inputs.js'
import type { CustomerIdentity } from '../../src/model/identities.js'
import type { Json } from '../../src/model/json.js'
import { field, list, text, time } from './body.js'
import { idsOf, type Told } from './told.js'

const mediaTypes = ['image', 'video', 'audio', 'document', 'sticker']

/** Reads a change of the field `history`: threads of what was said, or the files of messages that came without them. */
export function readHistory(value: Json | undefined): readonly Told[] {
  const ownNumber = text(field(value, 'metadata'), 'display_phone_number')
  const threads = list(value, 'history').flatMap((chunk) => list(chunk, 'threads'))
  return [
    ...threads.map((thread) => readThread(thread, ownNumber)),
    ...list(value, 'messages').map((message) => lateMedia(message, idsOf(message, 'from'))),
    ...list(value, 'message_echoes').map((echo) => lateMedia(echo, idsOf(echo, 'to'))),
  ]
}

/** The ids of a thread are its phone number and what its context says. */
function readThread(thread: Json, ownNumber: string): Told {
  const ids = { phone: field(thread, 'id'), user_id: field(field(thread, 'context'), 'user_id') }
  const identities = Object.entries(ids).flatMap(([kind, id]) => (typeof id === 'string' ? [{ id, kind }] : []))
  const events = list(thread, 'messages').flatMap((message) => readMessage(message, text(message, 'from') === ownNumber))
  return { customerId: identities[0]?.id ?? '', identities, events }
}

function readMessage(message: Json, isOurs: boolean): readonly EventInput[] {
  const messageId = text(message, 'id')
  const occurredAt = time(message)
  const said: EventInput = {
    type: 'message',
    history: true,
    direction: isOurs ? 'outbound' : 'inbound',
    messageId,
    occurredAt,
    text: text(field(message, 'text'), 'body'),
  }
  // The body doesn't say when the status was reached.
  const status = text(field(message, 'history_context'), 'status').toLowerCase() as ReceiptEventInput['status']
  return isOurs ? [said, { type: 'receipt', status, messageIds: [messageId], occurredAt }] : [said]
}

function lateMedia(message: Json, identities: readonly CustomerIdentity[]): Told {
  const type = mediaTypes.find((each) => each === text(message, 'type')) ?? 'unknown'
  const media = field(message, type)
  const attachment: AttachmentInput = { type, payload: { id: text(media, 'id') } }
  const event: EventInput = {
    type: 'message_attachments',
    targetMessageId: text(message, 'id'),
    attachments: [attachment],
    text: text(media, 'caption'),
    occurredAt: time(message),
  }
  return { customerId: identities[0]?.id ?? '', identities, events: [event] }
}
