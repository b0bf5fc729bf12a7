import { field, idText, readId, storableObject, stringField } from '../reading/fields.js'
import type { ItemReading } from '../reading/item-context.js'
import { messageEvent } from '../reading/message-event.js'
import { readAttachments } from './attachments.js'
import type { WidgetContext } from './widget-context.js'

export function readMessage(event: unknown, context: WidgetContext): ItemReading {
  const id = readId(field(event, 'id'), 'id')
  if (id === null) return { refused: 'id is missing' }
  if ('refused' in id) return id
  const text = field(event, 'text') ?? ''
  if (typeof text !== 'string') return { refused: 'text is not a string' }
  const quickReplyPayload = stringField(event, 'quickReplyPayload')
  const metadata = { ...storableObject(field(event, 'metadata')), ...(quickReplyPayload !== null && { quickReplyPayload }) }
  const said = {
    messageId: id.id,
    text,
    attachments: readAttachments(event),
    metadata: Object.keys(metadata).length > 0 ? metadata : null,
    replyTo: idText(field(event, 'replyTo')),
  }
  return { context, events: [messageEvent(context, said)] }
}
