import { field, idText, present, readId, stringField } from '../reading/fields.js'
import type { ItemReading } from '../reading/item-context.js'
import { messageEvent } from '../reading/message-event.js'
import { readAttachments } from './attachments.js'
import { readParticipants } from './participants.js'

/** Reads what a customer sent, and what the account sent, by whom ever. */
export function readMessage(event: unknown, name: string, oaId: string | undefined): ItemReading {
  const isOurs = name.startsWith('oa_')
  const context = readParticipants(event, isOurs ? 'sender' : 'recipient', oaId, true)
  if ('refused' in context) return context
  const message = field(event, 'message')
  const id = readId(field(message, 'msg_id'), 'message.msg_id')
  if (id === null) return { refused: 'message.msg_id is missing' }
  if ('refused' in id) return id
  const attachments = readAttachments(event)
  const text = stringField(message, 'text') ?? ''
  // Only what a person wrote in Zalo's own chat says who it was.
  const admin = idText(field(field(event, 'sender'), 'admin_id'))
  const isUnsupported = text === '' && attachments.length === 0
  const metadata = present({
    userIdByApp: idText(field(event, 'user_id_by_app')),
    unsupported: isUnsupported || null,
    unsupportedType: isUnsupported ? name.slice(name.indexOf('send_') + 'send_'.length, 64) || null : null,
  })
  const said = { messageId: id.id, text, attachments, metadata, replyTo: idText(field(message, 'quote_msg_id')) }
  const sender = admin === null ? ({ id: context.oaId, type: 'bot' } as const) : ({ id: admin, type: 'agent' } as const)
  return { context, events: [{ ...messageEvent(context, said), ...(isOurs && { sender }) }] }
}
