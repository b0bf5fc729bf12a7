import type { Json, JsonObject } from '../../model/json.js'
import { limits } from '../../model/limits.js'

/** Why something cannot be used. */
export interface Refused {
  readonly refused: string
}
export interface Id {
  readonly id: string
}

/**
 * Reads only an own property. Otherwise a `__proto__` in the body or a polluted prototype could turn a message into an
 * echo.
 */
export function field(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function stringField(value: unknown, name: string): string | null {
  const found = field(value, name)
  return typeof found === 'string' ? found : null
}

/**
 * Reads an opaque id; null when there is none. A number is accepted only while it is exact, because parsing turns
 * 24848213377712345 into another person's id.
 */
export function readId(value: unknown, name: string): Id | Refused | null {
  if (value === undefined || value === null || value === '') return null
  if (typeof value === 'number') return Number.isSafeInteger(value) ? { id: String(value) } : { refused: `${name} is an unsafe integer` }
  if (typeof value !== 'string') return { refused: `${name} is neither a string nor a number` }
  if (value.trim() === '' || value === 'null' || value === 'undefined') return null
  if (value.includes('\u0000') || /[\uD800-\uDFFF]/u.test(value)) return { refused: `${name} has characters that no id can have` }
  return Buffer.byteLength(value) > limits.idBytes ? { refused: `${name} is too long` } : { id: value }
}

/** Reads an id that only goes into metadata (an app's or a sticker's). Null when it is missing or not exact. */
export function idText(value: unknown): string | null {
  const read = readId(value, 'id')
  return read !== null && 'id' in read ? read.id : null
}

/**
 * Reads what a channel calls a person, which may come in parts. Null when there is nothing, or more than the store
 * takes as a name.
 */
export function readName(...parts: readonly unknown[]): string | null {
  const name = parts.flatMap((part) => (typeof part === 'string' && part.trim() !== '' ? [part.trim()] : [])).join(' ')
  return name === '' || Buffer.byteLength(name) > limits.nameBytes ? null : name
}

/** What gives its holder a right, by whatever channel it is called so. It is neither stored nor logged. */
const secretKeys = [
  ...['apikey', 'accesstoken', 'refreshtoken', 'pagetoken', 'replytoken', 'onetimenotiftoken', 'notificationmessagestoken'],
  ...['token', 'authorization', 'authorizationcode', 'clientsecret', 'secret', 'password', 'mediakey'],
]
/** A link to the next page carries the token with which it was asked for. */
const secretParameter = /([?&](?:access_token|apikey|api_key)=)[^&#\s"]+/gi

/** A text without the secrets that stand in the parameters of its addresses. */
export function withoutSecretParameters(text: string): string {
  return text.replace(secretParameter, '$1***')
}

/**
 * Makes a copy that can be stored. It leaves out `__proto__` keys and secrets, and has null in place of an integer
 * that JSON.parse has changed. Returns null when nothing is left.
 */
export function storableObject(value: unknown, without: readonly string[] = []): JsonObject | null {
  if (!isRecord(value)) return null
  const copy: unknown = JSON.parse(JSON.stringify(value), (key: string, part: unknown) => {
    if (key === '__proto__' || isSecret(key)) return undefined
    if (typeof part === 'string') return withoutSecretParameters(part)
    return Number.isInteger(part) && !Number.isSafeInteger(part) ? null : part
  })
  if (!isJsonObject(copy)) return null
  return present(Object.fromEntries(Object.entries(copy).filter(([key]) => !without.includes(key))))
}

/** Leaves out the entries that are null or undefined. Returns null when none is left. */
export function present(entries: Readonly<Record<string, Json | undefined>>): JsonObject | null {
  const kept = Object.entries(entries).flatMap(([key, value]): [string, Json][] =>
    value === undefined || value === null ? [] : [[key, value]],
  )
  return kept.length === 0 ? null : Object.fromEntries(kept)
}

function isJsonObject(value: unknown): value is JsonObject {
  return isRecord(value)
}

/** The elements of a list; none when it is no list. */
export function listField(value: unknown, name: string): readonly unknown[] {
  const found = field(value, name)
  return Array.isArray(found) ? found : []
}

/**
 * The name of a kind that is not read, for a reason that is reported. A body decides what stands there, so a text that
 * is not a plain word is not repeated.
 */
export function kindName(value: unknown): string {
  return typeof value === 'string' && /^[a-z][a-z0-9_.-]{0,63}$/i.test(value) ? value : 'an unnamed kind'
}

/** Whether the member of this name gives its holder a right. */
export function isSecret(key: string): boolean {
  return secretKeys.includes(key.toLowerCase().replaceAll(/[_-]/g, ''))
}
