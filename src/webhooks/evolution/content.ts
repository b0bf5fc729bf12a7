import type { AttachmentInput } from '../../model/event-inputs.js'
import type { JsonObject } from '../../model/json.js'
import { field, isRecord, listField, present, stringField } from '../reading/fields.js'
import { readContacts, readFile, readPlace } from './attachments.js'

/** What a message says. */
export interface Content {
  readonly text: string
  readonly attachments?: readonly AttachmentInput[]
  readonly metadata?: JsonObject | null
  readonly isUnsupported?: boolean
}

/** What wraps another message: one that disappears, one that is seen once, a file with a caption. */
const wrappers = ['ephemeralMessage', 'viewOnceMessage', 'viewOnceMessageV2', 'viewOnceMessageV2Extension', 'documentWithCaptionMessage']
/** What says nothing by itself, or nothing that can be read: votes and pins are encrypted or no message. */
const silent = [
  ...['messageContextInfo', 'senderKeyDistributionMessage', 'base64', 'mediaUrl', 'contextInfo'],
  ...['pollUpdateMessage', 'keepInChatMessage', 'pinInChatMessage', 'encReactionMessage', 'encCommentMessage'],
]

/** Takes off what a message is wrapped in. */
export function unwrapped(message: unknown): unknown {
  let inner = message
  for (let depth = 0; depth < 4; depth++) {
    const wrapper = wrappers.find((name) => isRecord(field(field(inner, name), 'message')))
    if (wrapper === undefined) break
    inner = field(field(inner, wrapper), 'message')
  }
  return inner
}

/** Reads what a message says, by the one of its fields that says something. Null when none does. */
export function readContent(message: unknown): Content | null {
  const text = textOf(message)
  if (text !== null) return { text }
  const name = Object.keys(Object(message)).find((key) => !silent.includes(key) && (field(message, key) ?? null) !== null)
  if (name === undefined) return null
  const given = field(message, name)
  switch (name) {
    case 'imageMessage':
    case 'videoMessage':
    case 'ptvMessage':
    case 'audioMessage':
    case 'documentMessage':
    case 'stickerMessage':
      return { text: stringField(given, 'caption') ?? '', attachments: [readFile(name, given, stringField(message, 'mediaUrl'))] }
    case 'locationMessage':
    case 'liveLocationMessage':
      return { text: stringField(given, 'caption') ?? '', attachments: [readPlace(given)] }
    case 'contactMessage':
      return { text: '', attachments: [readContacts([given])] }
    case 'contactsArrayMessage':
      return { text: '', attachments: [readContacts(listField(given, 'contacts'))] }
    case 'buttonsResponseMessage':
      return choice(
        stringField(given, 'selectedButtonText') ?? stringField(given, 'selectedDisplayText'),
        stringField(given, 'selectedButtonId'),
      )
    case 'templateButtonReplyMessage':
      return choice(stringField(given, 'selectedDisplayText'), stringField(given, 'selectedId'))
    case 'listResponseMessage':
      return choice(stringField(given, 'title'), stringField(field(given, 'singleSelectReply'), 'selectedRowId'))
    default:
      return { text: '', isUnsupported: true }
  }
}

/** The text alone; null when the message is no text. */
export function textOf(message: unknown): string | null {
  return stringField(message, 'conversation') ?? stringField(field(message, 'extendedTextMessage'), 'text')
}

/** The message that this one answers, which stands beside the message or in its content. */
export function quotedIn(data: unknown, message: unknown): unknown {
  const inner = Object.values(Object(message)).map((given) => field(field(given, 'contextInfo'), 'stanzaId'))
  return field(field(data, 'contextInfo'), 'stanzaId') ?? inner.find((id) => (id ?? null) !== null)
}

function choice(text: string | null, payload: string | null): Content {
  return { text: text ?? '', metadata: present({ quickReplyPayload: payload }) }
}
