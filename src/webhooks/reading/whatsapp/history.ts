import type { EventInput } from '../../../model/event-inputs.js'
import { greatestCount } from '../../../model/ranges.js'
import { type Collected, collectEach, collectReading } from '../collecting.js'
import { field, idText, isRecord, listField, readId, stringField } from '../fields.js'
import type { ItemReading } from '../item-context.js'
import { ofInbox, type WhatsappInbox } from './inbox.js'
import { baseOf, isOfGroup, readEcho, readInbound, readTyped } from './item.js'
import { fromFields, type Person, personOf, readContacts, readIds } from './people.js'
import { receiptOf, statusOf } from './receipts.js'

/**
 * Reads a change of the field `history`. It has threads of what was said, or the files of messages that came without
 * them, or errors where the business shares no history.
 */
export function readHistory(value: unknown, path: string, inbox: WhatsappInbox, collected: Collected): void {
  const contacts = readContacts(field(value, 'contacts'))
  if ((field(value, 'history') ?? null) !== null) {
    collectEach(field(value, 'history'), `${path}.history`, collected, (chunk, chunkPath) => readChunk(chunk, chunkPath, inbox, collected))
  }
  for (const [list, read] of [
    ['messages', readInbound],
    ['message_echoes', readEcho],
  ] as const) {
    if ((field(value, list) ?? null) === null) continue
    collectEach(field(value, list), `${path}.${list}`, collected, (message, messagePath) => {
      collectReading(lateMedia(read(message, inbox, contacts)), messagePath, collected)
    })
  }
}

function readChunk(chunk: unknown, path: string, inbox: WhatsappInbox, collected: Collected): void {
  if (!isRecord(chunk)) return void collected.rejected.push({ path, reason: 'not an object' })
  const metadata = field(chunk, 'metadata')
  const [errorCode = null] = listField(chunk, 'errors').map((error) => idText(field(error, 'code')))
  const step = {
    phase: readCount(metadata, 'phase', greatestCount),
    chunkOrder: readCount(metadata, 'chunk_order', greatestCount),
    progress: readCount(metadata, 'progress', 100),
  }
  if (errorCode !== null || Object.values(step).some((value) => value !== null)) {
    const { oaId, displayPhone } = ofInbox(inbox)
    collected.historyProgress.push({
      oaId,
      ...step,
      ...(errorCode !== null && { errorCode }),
      ...(displayPhone !== undefined && { displayPhone }),
    })
  }
  if ((field(chunk, 'threads') ?? null) !== null) {
    collectEach(field(chunk, 'threads'), `${path}.threads`, collected, (thread, threadPath) =>
      readThread(thread, threadPath, inbox, collected),
    )
    return
  }
  const reason = errorCode === null ? 'history without threads' : `history that is not shared: error ${errorCode}`
  collected.ignored.push({ path, reason })
}

/** Null where the number is missing, or is none that can be kept. */
function readCount(metadata: unknown, name: string, most: number): number | null {
  const given = field(metadata, name)
  return typeof given === 'number' && Number.isInteger(given) && given >= 0 && given <= most ? given : null
}

/** The ids of a thread are its phone number and what its context says. */
function readThread(thread: unknown, path: string, inbox: WhatsappInbox, collected: Collected): void {
  const context = field(thread, 'context')
  const named = {
    phone: field(thread, 'id') ?? field(context, 'wa_id'),
    user_id: field(context, 'user_id'),
    parent_user_id: field(context, 'parent_user_id'),
  }
  if (isOfGroup(thread) || stringField(thread, 'id')?.endsWith('@g.us'))
    return void collected.ignored.push({ path, reason: 'a thread of a group' })
  const ids = readIds(named, { phone: ['phone'], user_id: ['user_id'], parent_user_id: ['parent_user_id'] })
  if ('refused' in ids) return void collected.rejected.push({ path, reason: ids.refused })
  const person = personOf(ids)
  if (person === null) return void collected.rejected.push({ path, reason: 'id and context.user_id are missing' })
  if ((field(thread, 'messages') ?? null) === null) return void collected.ignored.push({ path, reason: 'a thread without messages' })
  collectEach(field(thread, 'messages'), `${path}.messages`, collected, (message, messagePath) => {
    collectReading(readPast(message, person, inbox), messagePath, collected)
  })
}

/** Reads a message of a thread, and what had become of it. The body does not say when it reached its status. */
function readPast(message: unknown, person: Person, inbox: WhatsappInbox): ItemReading {
  if (!isRecord(message)) return { refused: 'not an object' }
  if (isOfGroup(message)) return { ignored: 'a message of a group' }
  const fromInbox = isFromInbox(message, person, inbox)
  const reading = readTyped(message, message, { ...baseOf(inbox, person), fromInbox, history: true })
  if (!('events' in reading) || !fromInbox) return reading
  const status = statusOf(stringField(field(message, 'history_context'), 'status'))
  const id = readId(field(message, 'id'), 'id')
  if (status === null || id === null || 'refused' in id) return reading
  return { ...reading, events: [...reading.events, receiptOf(id.id, status, reading.context, null)] }
}

/** The sender is compared with the inbox's own number, and with the customer's ids where the body does not tell it. */
function isFromInbox(message: unknown, { identities }: Person, { ownNumber }: WhatsappInbox): boolean {
  const from = readIds(message, fromFields)
  if ('refused' in from) return false
  const sender = Object.values(from)
  return ownNumber === null ? sender.length > 0 && identities.every(({ id }) => !sender.includes(id)) : sender.includes(ownNumber)
}

/** The file of a message joins the message, wherever that one is by then. Anything else is a message of the past. */
function lateMedia(reading: ItemReading): ItemReading {
  if (!('events' in reading)) return reading
  return { context: { ...reading.context, history: true }, events: reading.events.map(late) }
}

function late(event: EventInput): EventInput {
  if (event.type !== 'message') return event
  const { attachments = [], messageId, text, occurredAt } = event
  if (attachments.length === 0 || messageId === undefined) return { ...event, history: true }
  return {
    type: 'message_attachments',
    targetMessageId: messageId,
    attachments,
    ...(text !== undefined && { text }),
    ...(occurredAt !== undefined && { occurredAt }),
  }
}
