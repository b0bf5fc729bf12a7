import { mergesOf } from '../model/planning/merged-parts.js'
import type { Scoped } from '../store/adapter.js'
import { inSession, type MongoContext } from './context.js'
import { integer, list } from './documents/fields.js'
import { mergedPart } from './documents/merges.js'
import type { Doc } from './driver.js'
import type { CollectionName } from './schema/collections.js'
import { isShown } from './unread-messages.js'

/** A list of one conversation's documents. */
export interface ConversationList {
  readonly from: CollectionName
  /** The field that numbers the documents within their conversation, and the field of the last number given. */
  readonly number: 'seq' | 'event_seq'
  readonly base: 'seqBase' | 'eventBase'
  readonly last: 'last_seq' | 'last_event_seq'
  /** Which documents. `base` is what is added to the number of one that is stored under another id. */
  place(base: number): Doc
  readonly options: Doc & { readonly limit: number }
  compare(a: ListedDocument, b: ListedDocument): number
}

/** A document with the number by which a host knows it. */
export interface ListedDocument {
  readonly doc: Doc
  readonly number: number
}

const attempts = 10

/**
 * Reads a page of documents of a conversation, and beside it the conversation, which tells whether it holds others.
 * Null if there is none. Documents that came after the conversation was read may have come after a merge as well: then
 * both are read again. In a transaction all commands see one state, one after the other.
 */
export async function listedDocuments(
  context: MongoContext,
  { accountId, conversationId }: Scoped & { readonly conversationId: string },
  { from, number, base, last, place, options, compare }: ConversationList,
): Promise<readonly ListedDocument[] | null> {
  const session = inSession(context)
  const page = async (id: string, added: number, more?: readonly Doc[]) => {
    const placed = place(added)
    const filter = { accountId, conversation_id: id, ...(more === undefined ? placed : { $and: [placed, ...more] }) }
    const found = context.collections[from].find(filter, { ...session, ...options })
    return (await found.toArray()).map((doc) => ({ doc, number: integer(doc[number]) + added }))
  }
  const conversation = () =>
    context.collections.conversations.findOne(
      { accountId, _id: conversationId },
      { ...session, projection: { _id: 0, [last]: 1, merged_parts: 1 } },
    )
  for (let attempt = 1; ; attempt++) {
    const isSerial = context.session !== null
    const [state, own] = isSerial
      ? [await conversation(), await page(conversationId, 0)]
      : await Promise.all([conversation(), page(conversationId, 0)])
    if (state === null) return null
    const parts = list(state.merged_parts).map(mergedPart)
    const until = integer(state[last])
    if (parts.length === 0) {
      if (attempt === attempts || own.every((each) => each.number <= until)) return own
      continue
    }
    const shown = isShown({ merges: mergesOf({ parts }) })
    const all = [await page(conversationId, 0, [{ [number]: { $lte: until } }, shown])]
    for (const part of parts) all.push(await page(part.id, part[base], [shown]))
    return all.flat().sort(compare).slice(0, options.limit)
  }
}
