import { limits, longestReopenWithinMs } from '../../../model/limits.js'
import { earliestTime, greatestCount, latestTime, textsOfMissingIds } from '../../../model/ranges.js'
import { allowedWords, type ValueKind } from './payload-rules.js'

const id = [1, limits.idBytes] as const
const name = [0, limits.nameBytes] as const
// This is twice what the core counts, because PostgreSQL writes JSON with spaces.
const document = [0, 2 * limits.metadataBytes] as const

/** The least and the greatest number of bytes of the values of a kind. */
export const bytesOf: { readonly [K in ValueKind]?: readonly [least: number, most: number] } = {
  id,
  key: id,
  type: id,
  name,
  word: [1, limits.nameBytes],
  text: [0, limits.textBytes],
  document,
}

/** Whether a value is not null and can be an id. */
export function isId(value: string): string {
  return `octet_length(${value}) between ${id[0]} and ${id[1]}`
}

/** The kinds of lists of `{ id, kind }` by which somebody goes. The second can't be empty. */
export const identityKinds = ['identities', 'current_ids'] as const

/** Whether a value of JSON is such a list, with each id once, or missing. */
export function areIdentities(given: string, kind: (typeof identityKinds)[number]): string {
  const value = `(${given})`
  const isKind = `octet_length(e->>'kind') between 1 and ${limits.kindBytes}`
  return `(case when ${value} is null or ${value} = 'null' then true when jsonb_typeof(${value}) = 'array'
      then jsonb_array_length(${value}) between ${kind === 'current_ids' ? 1 : 0} and ${limits.identities} and not ${value} @? 'strict $[*] ? (@.type() != "object")'
        and (select coalesce(bool_and(coalesce(e - '{id,kind}'::text[] = '{}' and jsonb_typeof(e->'id') = 'string' and jsonb_typeof(e->'kind') = 'string'
          and ${isId("e->>'id'")} and ${isNamed("e->>'id'")} and ${isKind}, false)), true) and count(distinct e->>'id') = count(*)
          from jsonb_array_elements(${value}) e)
      else false end)`
}

/** Whether a value of JSON is a list of ids for the rows of identities, or missing. */
export function areIds(given: string): string {
  const value = `(${given})`
  return `(case when ${value} is null or ${value} = 'null' then true when jsonb_typeof(${value}) = 'array'
      then jsonb_array_length(${value}) <= ${2 * limits.identities}
        and (select coalesce(bool_and(jsonb_typeof(e) = 'string' and ${isId("e #>> '{}'")}), true) from jsonb_array_elements(${value}) e)
      else false end)`
}

/** Whether a timestamp is of the years that a Date and every database can hold, or null. */
export function isTimeWithin(time: string): string {
  return `${time} between '${earliestTime}'::timestamptz and '${latestTime}'::timestamptz is not false`
}

/** Whether an id is not what a program makes of a missing one. */
export function isNamed(value: string): string {
  return `${value} in (${textsOfMissingIds.map((text) => `'${text}'`).join(', ')}) is not true`
}

export type WordKind = keyof typeof allowedWords

export function isWordKind(kind: ValueKind): kind is WordKind {
  return kind in allowedWords
}

export function isWord(value: string, kind: WordKind): string {
  return `${value} in (${allowedWords[kind].map((word) => `'${word}'`).join(', ')}) is not false`
}

/** Whether the key `text` of an object is a string within its limit, or missing. */
export function isText(object: string): string {
  return `jsonb_typeof(${object}->'text') = 'string' is not false and octet_length(${object}->>'text') <= ${limits.textBytes} is not false`
}

/**
 * Whether a text is null or certainly a time within its limits. A text that may be none is never cast, because the
 * error of a cast would not say where in the payload it is. The 29th of February is left to `require_within`.
 */
export function isTimeText(text: string): string {
  const form = String.raw`^(?!\d{4}-(02-29|02-3|(04|06|09|11)-31))\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?Z$`
  return `(case when ${text} is null then true when ${text} ~ '${form}' then ${text} >= '0001' else false end)`
}

/** Whether it is a number of milliseconds to have waited, or missing. */
export function isWait(given: string): string {
  const value = `(${given})`
  return `(case when ${value} is null or ${value} = 'null' then true when jsonb_typeof(${value}) = 'number' then ${value} between '0' and '${Number.MAX_SAFE_INTEGER}' else false end)`
}

export function isFlag(given: string): string {
  const value = `(${given})`
  return `${value} in ('true', 'false', 'null') is not false`
}

export function isVersion(given: string): string {
  const value = `(${given})`
  return `coalesce(${value} in ('"absent"', 'null') or ${isCount(value, greatestCount)}, true)`
}

export function isOnClosed(given: string): string {
  const value = `(${given})`
  const keys = ['reopen_within', 'reopenWithin']
  const within = keys.map((key) => isCount(`${value}->'${key}'`, longestReopenWithinMs)).join(' or ')
  return `coalesce(${value} in ('"new"', '"reopen"', 'null') or case when jsonb_typeof(${value}) = 'object' then ${hasOnlyOne(value, keys)} and (${within}) else false end, true)`
}

export function isLease(given: string): string {
  const value = `(${given})`
  const texts = ['kind', 'key'].map((key) => `coalesce(jsonb_typeof(${value}->'${key}') = 'string', false)`)
  return `(case when jsonb_typeof(${value}) = 'object' then ${value} - '{kind,key,token}'::text[] = '{}' and ${texts.join(' and ')}
    and ${isCount(`${value}->'token'`, Number.MAX_SAFE_INTEGER)} else false end)`
}

/** Whether a value of JSON is a whole number from 0 to `most`, written without a fraction. */
export function isCount(given: string, most: number): string {
  const value = `(${given})`
  const written = `${value} #>> '{}'`
  return `coalesce(jsonb_typeof(${value}) = 'number' and case when ${written} ~ '^[0-9]{1,15}$' then (${written})::bigint <= ${most} else false end, false)`
}

function hasOnlyOne(object: string, keys: readonly string[]): string {
  return `(${keys.map((key) => `${object} - '${key}' = '{}'`).join(' or ')})`
}

/** Whether a value of JSON is an object within the limits of a document, or missing. */
export function isDocument(given: string): string {
  const value = `(${given})`
  return `(case when ${value} is null or ${value} = 'null' then true when jsonb_typeof(${value}) = 'object'
      then octet_length(${value}::text) <= ${document[1]} and not ${isTooDeep(value)} and not ${hasTooGreatNumbers(value)} else false end)`
}

/** Whether objects and lists stand in one another deeper than the library lets them. */
export function isTooDeep(given: string, path = 'strict $'): string {
  const value = `(${given})`
  return `(${value} @? '${path}.**{${limits.metadataDepth}} ? (@.type() == "object" || @.type() == "array")')`
}

/** Whether it has a number that a double, and so JavaScript, can't hold. */
export function hasTooGreatNumbers(given: string): string {
  const value = `(${given})`
  const greatest = String(Number.MAX_VALUE)
  return `(${value} @? 'strict $.** ? (@ > ${greatest} || @ < -${greatest})')`
}

/** Whether a type of an event is that of a fact: something that happened, without a target. */
export function isFact(type: string): string {
  return `(${type} in ('postback', 'referral', 'optin', 'handover') or ${type} like 'custom:_%')`
}
