import type { Doc } from '../driver.js'

/**
 * Options and projection of a read of ids that go back to the server as they came. JavaScript can't hold 2^53 + 1 as a
 * number, and puts a field that is named `2024` before the others of its document, which makes it another id. The ids
 * come a second time in an array, of which the driver leaves documents as bytes.
 */
export const exactly = { promoteValues: false, promoteBuffers: false, bsonRegExp: true, fieldsAsRaw: { exact: true } }
export const exactIds = { _id: 1, exact: ['$_id'] } as const

/** The id of a document that was read with `exactly` and `exactIds`. */
export function exactId({ _id, exact }: Doc): unknown {
  return inOrderOf(_id, bytesOf(exact))
}

/**
 * A document with its `_id` in the order of the server. `read` is the same document as it was read for its id alone.
 */
export function withExactId(document: Doc, { exact }: Doc): Doc {
  if (!('_id' in document)) return document
  const _id = inOrderOf(document._id, bytesOf(exact))
  return _id === document._id ? document : { ...document, _id }
}

/** Whether an id is a document, of which JavaScript may lose the order. */
export function isDocument({ exact }: Doc): boolean {
  return bytesOf(exact) !== null
}

/**
 * An id as the ledger keeps it. The fields of a document are a list there, so that a read of the ledger keeps their
 * order too.
 */
export function toStored(id: unknown): unknown {
  if (Array.isArray(id)) return { items: id.map(toStored) }
  return isPlain(id) ? { fields: Object.keys(id).map((name) => ({ name, value: toStored(id[name]) })) } : id
}

export function fromStored(stored: unknown): unknown {
  if (!isPlain(stored)) return stored
  if (Array.isArray(stored.items)) return stored.items.map(fromStored)
  const fields = stored.fields as readonly { readonly name: string; readonly value: unknown }[]
  return inOrder(fields.map(({ name, value }) => [name, fromStored(value)] as const))
}

/** A value in the order of the server, given the bytes that `exact` has of it as its only item. */
export function inServerOrder(value: unknown, exact: unknown): unknown {
  return inOrderOf(value, bytesOf(exact))
}

/**
 * Whether a value that the driver read may be in another order than on the server: JavaScript puts fields that are
 * named like numbers before the others.
 */
export function mayBeReordered(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(mayBeReordered)
  if (!isPlain(value)) return false
  const [first = '', second] = Object.keys(value)
  return (second !== undefined && /^\d+$/.test(first)) || Object.values(value).some(mayBeReordered)
}

function bytesOf(exact: unknown): Uint8Array | null {
  const [id] = Array.isArray(exact) ? exact : []
  return id instanceof Uint8Array ? id : null
}

function inOrderOf(value: unknown, bytes: Uint8Array | null): unknown {
  if (bytes === null || (!Array.isArray(value) && !isPlain(value))) return value
  const fields = fieldsOf(bytes).map(({ name, inner }) => [name, inOrderOf(Reflect.get(value, name), inner)] as const)
  return Array.isArray(value) ? fields.map(([, each]) => each) : inOrder(fields)
}

/** An object whose fields are gone over in this order, also those that are named like numbers. */
export function inOrder(fields: readonly (readonly [string, unknown])[]): Doc {
  const names = [...new Set(fields.map(([name]) => name))]
  const object = Object.fromEntries(fields)
  const isInOrder = Object.keys(object).every((name, at) => name === names[at])
  return isInOrder ? object : new Proxy(object, { ownKeys: () => names })
}

/** Whether a value is a document, and not one of the driver's own types. */
export function isPlain(value: unknown): value is Doc {
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return false
  return !Array.isArray(value) && Reflect.get(value, '_bsontype') === undefined
}

const [double, string, document, array, binary, undefinedValue, objectId, boolean, date, nullValue] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
const [pattern, pointer, code, symbol, scopedCode, int32, timestamp, int64, decimal, minKey, maxKey] = [
  11, 12, 13, 14, 15, 16, 17, 18, 19, 255, 127,
]
/** The bytes of the values that have a fixed length. */
const fixed = new Map([
  ...([undefinedValue, nullValue, minKey, maxKey] as const).map((type) => [type, 0] as const),
  [boolean, 1],
  [int32, 4],
  ...([double, date, timestamp, int64] as const).map((type) => [type, 8] as const),
  [objectId, 12],
  [decimal, 16],
])
/** What a value has in addition to the length that it begins with. */
const beside = new Map([
  [document, 0],
  [array, 0],
  [scopedCode, 0],
  ...([string, code, symbol] as const).map((type) => [type, 4] as const),
  [binary, 5],
  [pointer, 16],
])

/** The fields of a document of BSON in their order, with the bytes of those that are documents or arrays. */
function fieldsOf(bytes: Uint8Array): readonly { readonly name: string; readonly inner: Uint8Array | null }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const fields: { name: string; inner: Uint8Array | null }[] = []
  for (let at = 4; bytes[at] !== 0; ) {
    const type = bytes[at] ?? 0
    const nameEnd = bytes.indexOf(0, at + 1)
    const start = nameEnd + 1
    const end = type === pattern ? bytes.indexOf(0, bytes.indexOf(0, start) + 1) + 1 : start + lengthOf(view, type, start)
    const hasFields = type === document || type === array
    fields.push({ name: new TextDecoder().decode(bytes.subarray(at + 1, nameEnd)), inner: hasFields ? bytes.subarray(start, end) : null })
    at = end
  }
  return fields
}

function lengthOf(view: DataView, type: number, start: number): number {
  const length = fixed.get(type)
  if (length !== undefined) return length
  const more = beside.get(type)
  if (more === undefined) throw new TypeError(`a value of the unknown type ${type} of BSON`)
  return view.getInt32(start, true) + more
}
