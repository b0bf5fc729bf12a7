import { types } from 'node:util'
import { ConversationStoreError } from '../errors.js'
import { limits } from '../limits.js'
import { formatPath, type Path, refusal } from './refusal.js'
import { cleanText, jsonStringBytes } from './unicode.js'

/**
 * A copy of a host's input that runs no code when it is read: it has no getter, no Proxy and no class instance, and
 * shares nothing with the host.
 */
export type Plain = string | number | boolean | null | Date | readonly Plain[] | PlainObject
interface PlainObject {
  readonly [key: string]: Plain
}

/** What may be read: the bytes as JSON, the number of values, and the depth of a path. */
export interface Budget {
  readonly of: 'the call' | 'metadata'
  readonly bytes: number
  readonly values: number
  readonly depth: number
  /** The length of the path where the reading began. */
  readonly base: number
  spent: number
  /** The values that were read, with those of the arrays and objects that were entered. */
  read: number
}
/** The deepest field of this library's inputs is `conversations[0].events[0].attachments[0].payload`. */
const deepestField = 7
export function callBudget(): Budget {
  return { of: 'the call', bytes: limits.batchBytes, values: limits.batchValues, depth: deepestField, base: 0, spent: 0, read: 0 }
}
export function metadataBudget(path: Path): Budget {
  const base = path.length
  const depth = base + limits.metadataDepth - 1
  return { of: 'metadata', bytes: limits.metadataBytes, values: limits.metadataValues, depth, base, spent: 0, read: 0 }
}
/** The fields that may hold a date. */
const dateFields: ReadonlySet<PropertyKey> = new Set([
  'occurredAt',
  'watermark',
  'until',
  'updatedSince',
  'upToTime',
  'since',
  'beganAt',
  'liveSince',
])
/** The fields that hold a host's own JSON. */
const jsonFields: ReadonlySet<PropertyKey> = new Set(['metadata', 'payload'])

/**
 * Copies an input. It reads every property once and calls nothing of the host's. The schemas read the copy, because zod
 * would invoke getters, and a value could change between two reads. The budget stops circular objects, objects that
 * contain themselves twice at every level, and arrays that are too long, before it reads their elements. The strings
 * and keys of a host's own JSON are cleaned here, so that every database can hold them.
 */
export function readPlain(value: unknown, path: PropertyKey[], budget: Budget): Plain {
  switch (typeof value) {
    case 'string': {
      const text = budget.of === 'metadata' ? cleanText(value) : value
      spend(budget, jsonStringBytes(text), path)
      return text
    }
    case 'number':
      if (!Number.isFinite(value)) throw refusal(path, 'must be a finite number')
      spend(budget, jsonNumberBytes(value), path)
      // -0 becomes 0, because JSON and PostgreSQL have only one zero.
      return value === 0 ? 0 : value
    case 'boolean':
      spend(budget, value ? 4 : 5, path)
      return value
    case 'object':
      return value === null ? readNull(path, budget) : readObject(value, path, budget)
    default:
      throw refusal(path, value === undefined ? 'must not be undefined' : `must not be a ${typeof value}`)
  }
}

function readNull(path: Path, budget: Budget): null {
  spend(budget, 4, path)
  return null
}

function readObject(value: object, path: PropertyKey[], budget: Budget): Plain {
  // This check comes first, because any other question about a Proxy would run its traps.
  if (types.isProxy(value)) throw refusal(path, 'must not be a Proxy')
  if (path.length > budget.depth) throw tooDeep(path, budget)
  if (types.isDate(value)) {
    // For zod a date is an object, so it would pass as one whose fields are all optional.
    if (budget.of === 'metadata' || !dateFields.has(path.at(-1) ?? '')) throw refusal(path, 'must not be a Date')
    spend(budget, 26, path)
    return new Date(Date.prototype.getTime.call(value))
  }
  if (Array.isArray(value)) {
    enter(budget, value.length, path)
    // Each element has a byte at least, so an array that is too long is refused before any element is read.
    if (budget.spent + 2 * value.length > budget.bytes) throw tooLarge(budget, budget.spent + 2 * value.length, path)
    spend(budget, 2 + Math.max(0, value.length - 1), path)
    const copy: Plain[] = []
    for (let index = 0; index < value.length; index++) {
      const element = ownValue(value, index, path)
      path.push(index)
      copy.push(readPlain(element, path, budget))
      path.pop()
    }
    return copy
  }
  const copy: Record<string, Plain> = {}
  const keys = ownKeys(value, path)
  enter(budget, keys.length, path)
  spend(budget, 1, path)
  for (const key of keys) {
    const member = ownValue(value, key, path)
    if (member === undefined) continue
    const name = budget.of === 'metadata' ? cleanText(key) : key
    spend(budget, jsonStringBytes(name) + 2, path)
    path.push(key)
    setOwn(copy, name, readMember(key, member, path, budget))
    path.pop()
  }
  return copy
}

function readMember(key: string, member: unknown, path: PropertyKey[], budget: Budget): Plain {
  if (budget.of === 'metadata' || !jsonFields.has(key)) return readPlain(member, path, budget)
  const own = metadataBudget(path)
  const plain = readPlain(member, path, own)
  spend(budget, own.spent, path)
  enter(budget, own.read, path)
  return plain
}

/** The own properties of a plain object, including undefined ones. */
export function ownMembers(value: unknown, path: Path): ReadonlyMap<string, unknown> {
  return new Map(ownKeys(value, path).map((key) => [key, ownValue(Object(value), key, path)]))
}

function ownKeys(value: unknown, path: Path): readonly string[] {
  if (!isPlainObject(value)) throw refusal(path, 'must be a plain object')
  const keys = Reflect.ownKeys(value)
  if (keys.every((key) => typeof key === 'string')) return keys
  throw refusal(path, 'must not have symbol keys')
}

export function ownElements(value: unknown, path: Path): readonly unknown[] {
  if (types.isProxy(value) || !Array.isArray(value)) throw refusal(path, 'must be an array')
  const elements: unknown[] = []
  for (let index = 0; index < value.length; index++) elements.push(ownValue(value, index, path))
  return elements
}

/** Sets an own property. A plain assignment to `__proto__` would set the prototype instead. */
function setOwn<T>(target: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
  else target[key] = value
}

function ownValue(value: object, key: string | number, path: Path): unknown {
  const property = Object.getOwnPropertyDescriptor(value, key)
  if (property === undefined) throw refusal([...path, key], 'must not be missing')
  if (property.get !== undefined || property.set !== undefined) throw refusal([...path, key], 'must be a value, not an accessor')
  return property.value
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false
  const prototype: object | null = Object.getPrototypeOf(value)
  if (prototype === null || prototype === Object.prototype) return true
  // This recognises the Object.prototype of another realm, for example of a test runner's sandbox: it has no prototype
  // itself, and it has a member that only Object.prototype has.
  return Object.getPrototypeOf(prototype) === null && !types.isProxy(prototype) && Object.hasOwn(prototype, 'isPrototypeOf')
}

function spend(budget: Budget, bytes: number, path: Path): void {
  budget.spent += bytes
  if (budget.spent > budget.bytes) throw tooLarge(budget, budget.spent, path)
}

/** Counts the values of an array or object before they are read. */
function enter(budget: Budget, values: number, path: Path): void {
  budget.read += values
  if (budget.read > budget.values) throw tooLarge(budget, budget.read, path, 'values')
}

function tooLarge(budget: Budget, actual: number, path: Path, unit: 'bytes' | 'values' = 'bytes'): ConversationStoreError {
  const what = budget.of === 'the call' ? `the call in ${unit}` : `${formatPath(path.slice(0, deepestField))} in ${unit}`
  return new ConversationStoreError('PAYLOAD_TOO_LARGE', { what, limit: budget[unit], actual })
}

function tooDeep(path: Path, { of, base }: Budget): ConversationStoreError {
  return of === 'metadata'
    ? refusal(path.slice(0, base + 3), `must be nested at most ${limits.metadataDepth} deep, and not in a circle`)
    : refusal(path.slice(0, deepestField), 'must not be nested so deep, or in a circle')
}

/** The digits of a number, as PostgreSQL keeps it: 1e300 has 301 of them. Other databases have the same limit. */
function jsonNumberBytes(value: number): number {
  const text = String(value)
  const exponent = text.indexOf('e')
  return exponent === -1 ? text.length : text.length + Math.abs(Number(text.slice(exponent + 1)))
}
