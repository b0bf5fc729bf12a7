import type { Json, JsonObject } from '../model/json.js'

/**
 * How metadata and payloads are stored: as a subdocument with its keys in sorted order, so that equal contents are
 * equal documents.
 *
 * Keys that start with `$` or contain a `.` cause no trouble (in an insert, or in a pipeline within `$literal`), nor
 * does `__proto__`. Two keys do: the driver takes an object with `_bsontype` for a BSON value of its own and refuses to
 * write it, and it reads an object with `$ref` and `$id` back as a DBRef. A value that contains `_bsontype` or `$ref`
 * at any depth is stored as JSON text.
 */
export type StoredJson = JsonObject | string

export function storeJson(value: JsonObject | null): StoredJson | null {
  if (value === null) return null
  const ordered = inOrder(value) as JsonObject
  return holdsTroublesomeKey(ordered) ? JSON.stringify(ordered) : ordered
}

export function readJson(stored: unknown): JsonObject | null {
  if (stored === null || stored === undefined) return null
  return typeof stored === 'string' ? (JSON.parse(stored) as JsonObject) : (stored as JsonObject)
}

function inOrder(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) return value.map(inOrder)
  // `fromEntries` defines its keys, whereas an assignment to `__proto__` would set the prototype and lose the key.
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, inOrder(value[key] ?? null)]),
  )
}

function holdsTroublesomeKey(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (isList(value)) return value.some(holdsTroublesomeKey)
  return Object.entries(value).some(([key, each]) => key === '_bsontype' || key === '$ref' || holdsTroublesomeKey(each))
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
