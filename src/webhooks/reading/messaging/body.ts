import { type Collected, collectEach, collectReading } from '../collecting.js'
import { field, isRecord, kindName, listField, readId } from '../fields.js'
import { readItem } from './item.js'
import type { MessengerOptions } from './messaging-context.js'

/** The objects of which Meta sends bodies. One that is not the wanted one belongs to another normalizer. */
const objectsOfMeta = ['page', 'instagram', 'whatsapp_business_account', 'user', 'permissions', 'application']

/** Reads a body of Messenger or of Instagram. Both have the same form, and differ in their `object`. */
export function readBody(body: unknown, wanted: 'page' | 'instagram', options: MessengerOptions, collected: Collected): void {
  if (!isRecord(body)) return void collected.rejected.push({ path: 'body', reason: 'not an object' })
  const object = field(body, 'object')
  if (typeof object !== 'string') return void collected.rejected.push({ path: 'object', reason: 'missing' })
  if (object !== wanted) {
    const list = objectsOfMeta.includes(object) ? collected.ignored : collected.rejected
    return void list.push({ path: 'object', reason: `object is not "${wanted}"` })
  }
  collectEach(field(body, 'entry'), 'entry', collected, (entry, path) => readEntry(entry, path, options, collected))
  if (Object.values(collected).every((found) => found.length === 0)) collected.ignored.push({ path: 'entry', reason: 'no entries' })
}

function readEntry(entry: unknown, path: string, options: MessengerOptions, collected: Collected): void {
  const page = readId(field(entry, 'id'), 'entry.id')
  if (page === null) return void collected.rejected.push({ path, reason: 'entry.id is missing' })
  if ('refused' in page) return void collected.rejected.push({ path, reason: page.refused })
  if (page.id === '0') return void collected.ignored.push({ path, reason: "the dashboard's test: entry.id is 0" })
  const lists = (['messaging', 'standby'] as const).filter((list) => (field(entry, list) ?? null) !== null)
  const changes = listField(entry, 'changes')
  collectEach(changes, `${path}.changes`, collected, (change, changePath) => {
    // A change of the field `messages` has an item as its value.
    const item = field(change, 'value')
    const isItem = field(item, 'sender') !== undefined && field(item, 'recipient') !== undefined
    const ignored = `${kindName(field(change, 'field'))} is not an event of a conversation`
    collectReading(isItem ? readItem({ item, entry, pageId: page.id, standby: false }, options) : { ignored }, changePath, collected)
  })
  if (lists.length + changes.length === 0) collected.ignored.push({ path, reason: 'an entry without messaging or standby' })
  for (const list of lists) {
    collectEach(field(entry, list), `${path}.${list}`, collected, (item, itemPath) => {
      const reading = readItem({ item, entry, pageId: page.id, standby: list === 'standby' }, options)
      collectReading(reading, itemPath, collected)
    })
  }
}
