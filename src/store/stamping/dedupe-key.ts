import { hash } from 'node:crypto'
import type { Json } from '../../model/json.js'
import { limits } from '../../model/limits.js'
import { exceedsBytes } from '../../model/validation/unicode.js'

/** The key of an event that has an id of the given kind. The id is hashed only when it is too long for a key. */
export function namedKey(kind: 'id' | 'message' | 'local', name: string): string {
  const key = `${kind}:${name}`
  return exceedsBytes(key, limits.idBytes) ? `${kind}-sha256:${sha256(name)}` : key
}

/** The key of an event that has no id, so that only its content distinguishes it from others. */
export function contentKey(...content: readonly Json[]): string {
  return `sha256:${sha256(canonicalJson(content))}`
}

function sha256(text: string): string {
  return hash('sha256', text)
}

/** JSON with sorted keys, so that the same content gives the same text in whatever order a channel sends it. */
function canonicalJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isList(value)) return `[${value.map(canonicalJson).join()}]`
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`)
  return `{${members.join()}}`
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
