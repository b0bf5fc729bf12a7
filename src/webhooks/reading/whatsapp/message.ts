import type { JsonObject } from '../../../model/json.js'
import { field, idText, isRecord, listField, present, storableObject, stringField } from '../fields.js'
import type { Reading } from '../item-context.js'
import { messageEvent } from '../message-event.js'
import { readContent } from './content.js'
import type { Content, WhatsappContext } from './whatsapp-context.js'

/** Reads a message of any type. A type that nobody knows is kept as a message that could not be read. */
export function readMessage(context: WhatsappContext): Reading {
  const { said, messageId, fromInbox } = context
  const content = readContent(said, fromInbox)
  if ('refused' in content) return content
  const replyTo = idText(field(field(said, 'context'), 'id')) ?? idText(field(field(said, 'context'), 'message_id'))
  const { text, attachments } = content
  const event = messageEvent(context, { messageId, text, attachments, metadata: readMetadata(said, content, context), replyTo })
  // What another app wrote, and the inbox only gets a copy of, is the work of Meta's business agent.
  return { events: [fromInbox && context.standby ? { ...event, sender: { id: context.oaId, type: 'bot' } } : event] }
}

/** The text or the caption of a message; null when its type has neither. */
export function textOf(said: unknown): string | null {
  const content = readContent(said, true)
  if ('refused' in content || content.isUnsupported) return null
  return content.text
}

function readMetadata(said: unknown, content: Content, { standby }: WhatsappContext): JsonObject | null {
  const context = field(said, 'context')
  const codes = listField(said, 'errors').map((error) => idText(field(error, 'code')))
  return present({
    ...content.metadata,
    unsupported: content.isUnsupported || null,
    unsupportedType: content.isUnsupported ? shortText(stringField(said, 'type')) : null,
    errorCodes: codes.some((code) => code !== null) ? codes : null,
    // The ad or the post from which the customer came.
    referral: storableObject(field(said, 'referral')),
    forwarded: field(context, 'forwarded') === true || field(context, 'frequently_forwarded') === true || null,
    referredProduct: isRecord(context) ? storableObject(field(context, 'referred_product')) : null,
    standby: standby || null,
  })
}

function shortText(text: string | null): string | null {
  return text === null || text.length > 64 ? null : text
}
