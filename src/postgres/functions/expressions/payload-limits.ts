import { limits } from '../../../model/limits.js'
import type { PatchColumn } from '../../patched-fields.js'

/**
 * The limits of the values that the upsert functions take: their lengths in bytes, by key. The library checks its own
 * calls, so these are for programs that call by SQL. They are no check constraints on the tables, because PostgreSQL
 * reads every constraint of a table anew for each statement that writes to it, which was a quarter of the cost of a
 * message.
 */
interface Limits {
  readonly [key: string]: readonly [least: number, most: number]
}

const id = [1, limits.idBytes] as const
const idOrEmpty = [0, limits.idBytes] as const
const name = [0, limits.nameBytes] as const
// This is twice what the core counts, because PostgreSQL writes JSON with spaces.
const document = [0, 2 * limits.metadataBytes] as const

export const itemLimits: Limits = {
  oa_id: id,
  customer_id: id,
  operation_id: id,
  conversation_id: id,
  contact_id: id,
  contact_inbox_id: id,
  channel: id,
  username_key: id,
}
export const patchLimits = {
  nickname: name,
  customer_name: name,
  customer_username: name,
  chatbot_id: idOrEmpty,
  metadata: document,
} as const satisfies Readonly<Record<PatchColumn, Limits[string]>>
export const eventLimits: Limits = {
  type: id,
  id,
  row_id: id,
  message_id: id,
  local_id: id,
  target_message_id: id,
  dedupe_key: id,
  sender_id: idOrEmpty,
  sender_name: name,
  reply_to: idOrEmpty,
  text: [0, limits.textBytes],
  payload: document,
  metadata: document,
}

/** Whether a value is not null and can be an id. */
export function isId(value: string): string {
  return `octet_length(${value}) between ${id[0]} and ${id[1]}`
}

export function isItemWithin(item: string): string {
  return within(item, itemLimits)
}

/**
 * Whether the values of a patch are within their limits. If the patch is short as a whole, none of them can be too
 * long.
 */
export function isPatchWithin(patch: string): string {
  const shortest = Math.min(...Object.values(patchLimits).map(([, most]) => most))
  return `(pg_column_size(${patch}) <= ${shortest} or ${within(patch, patchLimits)})`
}

export function isMessageWithin(event: string): string {
  return messageWithin((key) => `${event}->>'${key}'`)
}

/** The same for a message whose payload has been parsed into columns. */
export function isParsedMessageWithin(event: string): string {
  const columns: Readonly<Record<string, string>> = { id: 'event_id', dedupe_key: 'event_key', metadata: 'metadata::text' }
  return messageWithin((key) => `${event}.${columns[key] ?? key}`)
}

type Value = (key: string) => string

function messageWithin(value: Value): string {
  const { payload: _payload, target_message_id: _target, type: _type, ...own } = eventLimits
  return `${value('direction')} in ('inbound', 'outbound') is not false and ${value('sender_type')} in ('customer', 'agent', 'bot', 'system') is not false
          and ${valuesWithin(value, own)}`
}

function within(object: string, of: Limits): string {
  return valuesWithin((key) => `${object}->>'${key}'`, of)
}

function valuesWithin(value: Value, of: Limits): string {
  const conditions = Object.entries(of).map(([key, [least, most]]) => {
    const length = `octet_length(${value(key)})`
    return `${least === 0 ? `${length} <= ${most}` : `${length} between ${least} and ${most}`} is not false`
  })
  return `(${conditions.join(' and ')})`
}

/** The limits as rows of (key, least, most), for a `values` list. */
export function limitRows(of: Limits): string {
  return Object.entries(of)
    .map(([key, [least, most]]) => `('${key}', ${least}, ${most})`)
    .join(', ')
}
