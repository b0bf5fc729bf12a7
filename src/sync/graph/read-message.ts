import type { EventInput, MessageEventInput } from '../../model/event-inputs.js'
import type { JsonObject } from '../../model/json.js'
import { field, idText, present, stringField } from '../../webhooks/reading/fields.js'
import type { LeftOut } from '../source.js'
import type { MessageContext } from './message-context.js'
import { readAttachments } from './read-attachments.js'
import { readReactions } from './read-reactions.js'
import { refusalBy } from './refusal-by.js'
import { graphSchemas, readWith } from './schemas.js'

/** A message with its reactions, and what of it cannot be used. */
export interface MessageReading {
  readonly events: readonly EventInput[]
  readonly invalid: readonly LeftOut[]
  readonly unreadable: readonly LeftOut[]
}

/** Reads one message of a list. It throws at no value. */
export function readMessage(item: unknown, path: string, context: MessageContext): MessageReading {
  const leftOut = (reason: string): LeftOut => ({ what: 'message', path, reason, count: 1 })
  if (isNotGiven(item, context)) return { events: [], invalid: [], unreadable: [leftOut('has an id and nothing else that can be read')] }
  const checked = readWith(graphSchemas().message, item)
  if ('failed' in checked) return { events: [], invalid: [leftOut(checked.failed)], unreadable: [] }
  const { id, created_time: occurredAt, from, message: text } = checked.read
  const isOwn = from.id === context.ownId || idText(from.user_id) === context.ownId
  const messageId = webhookId(id)
  const replyTo = idText(field(field(item, 'reply_to'), 'mid')) ?? idText(field(field(item, 'reply_to'), 'id'))
  const metadata = readMetadata(item)
  const message: MessageEventInput = {
    type: 'message',
    messageId,
    direction: isOwn ? 'outbound' : 'inbound',
    text: text ?? '',
    attachments: readAttachments(item),
    occurredAt,
    ...(metadata !== null && { metadata }),
    ...(replyTo !== null && { replyTo: webhookId(replyTo) }),
    ...(isOwn && { sender: { id: context.ownId, type: 'agent' } }),
    ...(!isOwn && from.id !== context.customerId && { sender: { id: from.id, type: 'customer' } }),
  }
  const refused = refusalBy(message)
  if (refused !== null) return { events: [], invalid: [leftOut(refused)], unreadable: [] }
  const { reactions, invalid } = readReactions(item, path, { ...context, messageId, occurredAt })
  return { events: [message, ...reactions], invalid, unreadable: [] }
}

/**
 * Instagram lists more messages than it lets be read: the others come without an author, or as an error. On Messenger a
 * message without an author is invalid.
 */
function isNotGiven(item: unknown, { platform }: MessageContext): boolean {
  if (field(item, 'error') !== undefined) return true
  return platform === 'instagram' && idText(field(item, 'id')) !== null && (field(item, 'from') ?? null) === null
}

/** The id by which webhooks know the message: Graph writes `m_mid.1:2` for what they call `mid.1:2`. */
function webhookId(id: string): string {
  return id.startsWith('m_mid.') ? id.slice('m_'.length) : id
}

function readMetadata(item: unknown): JsonObject | null {
  const unsupported = field(item, 'is_unsupported')
  const story = field(field(item, 'story'), 'reply_to')
  return present({
    // The flag comes as a boolean or as a string.
    unsupported: unsupported === true || unsupported === 'true' || null,
    story: present({ id: idText(field(story, 'id')), url: stringField(story, 'link') }),
  })
}
