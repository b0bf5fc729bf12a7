import type { Doc, MongoCollection } from '../../mongo/driver.js'
import { exactly, sameKey } from './bson.js'
import { valueAt } from './claims.js'
import { findExactly } from './find-exactly.js'
import { within } from './pages.js'
import { idText } from './plain-values.js'

/**
 * Documents, with all others up to some end that have the same customers. Ids are the same if they are the same text,
 * as they are in the store: the number 5 and the text '5' are one customer.
 */
export async function withSiblings(
  conversations: MongoCollection,
  keys: readonly string[],
  page: readonly Doc[],
  upTo: unknown,
): Promise<Doc[]> {
  const customerOf = (document: Doc) => {
    const texts = keys.map((key) => idText(valueAt(document, key)))
    return texts.includes(null) ? null : JSON.stringify(texts)
  }
  const named = page.filter((document) => customerOf(document) !== null)
  if (named.length === 0) return [...page]
  const same: Doc = {}
  for (const key of keys) {
    const values = named.map((document) => valueAt(document, key))
    same[key] = { $in: [...values, ...(await othersOfTheSameText(conversations, values))] }
  }
  const found = await findExactly(conversations, upTo === null ? same : within(same, { cursor: null, upTo }))
  const wanted = new Set(named.map(customerOf))
  const own = new Set(page.map(({ _id }) => sameKey(_id)))
  const others = found.filter((document) => wanted.has(customerOf(document)) && !own.has(sameKey(document._id)))
  if (others.length === 0) return [...page]
  const ids = [...page, ...others].map(({ _id }) => _id)
  // The server alone knows the order of ids of all types.
  return findExactly(conversations, { _id: { $in: ids } }, { sort: { _id: 1 } })
}

/** Ids of other types that are the same text. For the server numbers of all types are equal. */
async function othersOfTheSameText(conversations: MongoCollection, values: readonly unknown[]): Promise<readonly unknown[]> {
  const texts = [...new Set(values.map(idText))].filter((text) => text !== null)
  const numbers = texts.filter((text) => /^-?\d+(\.\d+)?$/.test(text))
  const small = numbers.filter((text) => !isLarge(text)).map(Number)
  // Only the server makes these of texts, because their classes are in a package that only the host has.
  const made = {
    long: numbers.filter(isLarge),
    objectId: texts.filter((text) => /^[0-9a-f]{24}$/.test(text)),
  }
  return [...texts, ...small, ...(await converted(conversations, made))]
}

function isLarge(text: string): boolean {
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(Number(text))
}

async function converted(conversations: MongoCollection, made: Readonly<Record<string, readonly string[]>>): Promise<readonly unknown[]> {
  const asked = Object.entries(made).filter(([, texts]) => texts.length > 0)
  if (asked.length === 0) return []
  const list = ([to, texts]: (typeof asked)[number]) => ({
    $map: { input: { $literal: texts }, in: { $convert: { input: '$$this', to, onError: null } } },
  })
  const [found] = await conversations
    .aggregate([{ $limit: 1 }, { $project: { _id: 0, values: { $concatArrays: asked.map(list) } } }], exactly)
    .toArray()
  return ((found?.values ?? []) as readonly unknown[]).filter((value) => value !== null)
}
