import type { Json, JsonObject } from '../model/json.js'

/**
 * How metadata and payloads are stored: as a subdocument with its keys in order, so that equal contents are equal
 * documents.
 *
 * Keys that start with `$` or hold a `.` are no trouble (inserted, or in a pipeline within `$literal`), nor is
 * `__proto__`. Two keys are: the driver takes an object with `_bsontype` for a BSON value of its own and refuses to
 * write it, and reads one with `$ref` and `$id` back as a DBRef. An object that holds one of them, at whatever depth,
 * is stored as JSON text.
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
  // fromEntries defines its keys: an assignment to `__proto__` would set the prototype and lose the key.
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
