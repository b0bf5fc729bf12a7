import { type Collected, collectEach, collectReading } from '../collecting.js'
import { field, isRecord, kindName, listField, readId } from '../fields.js'
import { type ItemSource, readItem } from './item.js'
import type { MessagingReading } from './messaging-context.js'

/** The objects of which Meta sends bodies. One that is not the wanted one belongs to another normalizer. */
const objectsOfMeta = ['page', 'instagram', 'whatsapp_business_account', 'user', 'permissions', 'application']

/** Reads a body of Messenger or of Instagram. Both have the same form, and differ in their `object`. */
export function readBody(body: unknown, wanted: 'page' | 'instagram', options: MessagingReading, collected: Collected): void {
  if (!isRecord(body)) return void collected.rejected.push({ path: 'body', reason: 'not an object' })
  if (options.allowUnsigned && isItem(body)) return void readAlone({ item: body, entry: undefined }, 'body', options, collected)
  const object = field(body, 'object') ?? (options.allowUnsigned && field(body, 'entry') !== undefined ? wanted : undefined)
  if (typeof object !== 'string') return void collected.rejected.push({ path: 'object', reason: 'missing' })
  if (object !== wanted) {
    const list = objectsOfMeta.includes(object) ? collected.ignored : collected.rejected
    return void list.push({ path: 'object', reason: `object is not "${wanted}"` })
  }
  collectEach(field(body, 'entry'), 'entry', collected, (entry, path) => readEntry(entry, path, options, collected))
  if (Object.values(collected).every((found) => found.length === 0)) collected.ignored.push({ path: 'entry', reason: 'no entries' })
}

function readEntry(entry: unknown, path: string, options: MessagingReading, collected: Collected): void {
  const page = readId(field(entry, 'id'), 'entry.id')
  if (page === null && options.allowUnsigned && Array.isArray(field(entry, 'messaging'))) {
    return void collectEach(field(entry, 'messaging'), `${path}.messaging`, collected, (item, itemPath) =>
      readAlone({ item, entry }, itemPath, options, collected),
    )
  }
  if (page === null) return void collected.rejected.push({ path, reason: 'entry.id is missing' })
  if ('refused' in page) return void collected.rejected.push({ path, reason: page.refused })
  if (page.id === '0') return void collected.ignored.push({ path, reason: "the dashboard's test: entry.id is 0" })
  const lists = (['messaging', 'standby'] as const).filter((list) => (field(entry, list) ?? null) !== null)
  const changes = listField(entry, 'changes')
  collectEach(changes, `${path}.changes`, collected, (change, changePath) => {
    // A change of the field `messages` has an item as its value.
    const item = field(change, 'value')
    const ignored = `${kindName(field(change, 'field'))} is not an event of a conversation`
    collectReading(isItem(item) ? readItem({ item, entry, pageId: page.id, standby: false }, options) : { ignored }, changePath, collected)
  })
  if (lists.length + changes.length === 0) collected.ignored.push({ path, reason: 'an entry without messaging or standby' })
  for (const list of lists) {
    collectEach(field(entry, list), `${path}.${list}`, collected, (item, itemPath) => {
      const reading = readItem({ item, entry, pageId: page.id, standby: list === 'standby' }, options)
      collectReading(reading, itemPath, collected)
    })
  }
}

function isItem(value: unknown): boolean {
  return field(value, 'sender') !== undefined && field(value, 'recipient') !== undefined
}

/** Reads an item whose inbox nothing tells but its recipient, as somebody wrote it by hand. */
function readAlone(
  { item, entry }: Pick<ItemSource, 'item' | 'entry'>,
  path: string,
  options: MessagingReading,
  collected: Collected,
): void {
  const page = readId(field(field(item, 'recipient'), 'id'), 'recipient.id')
  if (page === null) return void collected.rejected.push({ path, reason: 'recipient.id is missing' })
  if ('refused' in page) return void collected.rejected.push({ path, reason: page.refused })
  collectReading(readItem({ item, entry, pageId: page.id, standby: false }, options), path, collected)
}
