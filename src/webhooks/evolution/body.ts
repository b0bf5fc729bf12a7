import { type Collected, collectEach, collectReading } from '../reading/collecting.js'
import { field, isRecord, kindName, readId, stringField } from '../reading/fields.js'
import type { ItemReading } from '../reading/item-context.js'
import { readDeletion, readEdit } from './changes.js'
import { readMessage } from './message.js'
import { type EvolutionInbox, numberOf } from './participants.js'
import { readUpdate } from './receipts.js'

type Reader = (data: unknown, inbox: EvolutionInbox) => ItemReading

const readers: Readonly<Record<string, Reader>> = {
  'messages.upsert': (data, inbox) => readMessage(data, inbox, false),
  'send.message': (data, inbox) => readMessage(data, inbox, false),
  // What the phone had before it was connected.
  'messages.set': (data, inbox) => readMessage(data, inbox, true),
  'messages.update': readUpdate,
  'messages.delete': readDeletion,
  'messages.edited': readEdit,
}

const ignored: readonly (readonly [RegExp, string])[] = [
  [/^connection\./, 'connection state'],
  [/^contacts\./, 'contact profile'],
  [/^(chats|groups?|labels|presence|call|qrcode|application|instance)\b/, 'no event of a conversation'],
]

/**
 * Reads an event of an instance. `data` is one element or a list of them. The rest of the body is left alone: the key
 * of the API is a secret, and `date_time` is a local time that calls itself UTC.
 */
export function readBody(body: unknown, collected: Collected): void {
  if (!isRecord(body)) return void collected.rejected.push({ path: 'body', reason: 'not an object' })
  const event = stringField(body, 'event') ?? ''
  // One way of posting writes names as `MESSAGES_UPSERT`.
  const name = event.toLowerCase().replaceAll('_', '.')
  const reader = Object.hasOwn(readers, name) ? readers[name] : undefined
  if (event === '') return void collected.rejected.push({ path: 'event', reason: 'missing' })
  if (reader === undefined) {
    const known = ignored.find(([pattern]) => pattern.test(name))
    return void collected.ignored.push({ path: 'event', reason: `${kindName(name)}: ${known?.[1] ?? 'an unknown event'}` })
  }
  const instance = readId(field(body, 'instance'), 'instance')
  if (instance === null) return void collected.rejected.push({ path: 'instance', reason: 'instance is missing' })
  if ('refused' in instance) return void collected.rejected.push({ path: 'instance', reason: instance.refused })
  const inbox = { oaId: instance.id, ownNumber: numberOf(stringField(body, 'sender')) }
  const data = field(body, 'data')
  const list = Array.isArray(data) ? data : field(data, 'messages')
  if (!Array.isArray(list)) return void collectReading(reader(data, inbox), 'data', collected)
  collectEach(list, Array.isArray(data) ? 'data' : 'data.messages', collected, (element, path) => {
    collectReading(reader(element, inbox), path, collected)
  })
}
