import { field, isRecord, listField, present, type Refused, storableObject, stringField } from '../fields.js'
import { isMedia, readLocation, readMedia } from './attachments.js'
import { readInteractive } from './interactive.js'
import type { Content } from './whatsapp-context.js'

const unsupported: Content = { text: '', isUnsupported: true }

/** Reads what a message says, by its type. */
export function readContent(said: unknown, fromInbox: boolean): Content | Refused {
  const type = stringField(said, 'type') ?? ''
  const given = type === '' ? undefined : field(said, type)
  // The file of a message with errors could not be fetched. Its caption is all that there is.
  if (listField(said, 'errors').length > 0) return { text: stringField(given, 'caption') ?? '', isUnsupported: true }
  if (type === 'text') {
    const text = stringField(given, 'body')
    return text === null ? { refused: 'text.body is not a string' } : { text }
  }
  if (isMedia(type)) return isRecord(given) ? readMedia(type, given) : unsupported
  if (type === 'media_placeholder') return { text: '', metadata: { mediaPlaceholder: true } }
  if (!isRecord(given) && !Array.isArray(given)) return unsupported
  switch (type) {
    case 'location':
      return { text: '', attachments: [readLocation(given)] }
    case 'contacts':
      return { text: '', attachments: [{ type, payload: storableObject({ contacts: given }) }] }
    case 'button':
      return { text: stringField(given, 'text') ?? '', metadata: present({ quickReplyPayload: stringField(given, 'payload') }) }
    case 'interactive':
      return readInteractive(given, fromInbox) ?? unsupported
    case 'order':
      return { text: stringField(given, 'text') ?? '', attachments: [{ type, payload: storableObject(given, ['text']) }] }
    case 'template':
      return fromInbox ? { text: '', attachments: [{ type, payload: storableObject(given) }] } : unsupported
    default:
      return unsupported
  }
}
