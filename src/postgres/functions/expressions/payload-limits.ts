/**
 * The limits of what the upsert functions take, as lengths in bytes by key. The library checks its own calls; these are for programs that
 * call by SQL. They are not checks on the tables: PostgreSQL reads every check of a table anew for each statement that writes to it, which
 * was a quarter of what a message cost.
 */
interface Limits {
  readonly [key: string]: readonly [least: number, most: number]
}

const id = [1, 512] as const
const name = [0, 4096] as const
// 256 KiB as the core counts them; PostgreSQL writes JSON with spaces, so twice that.
const document = [0, 524_288] as const

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
export const patchLimits: Limits = {
  nickname: name,
  customer_name: name,
  customer_username: name,
  chatbot_id: [0, 512],
  metadata: document,
}
export const eventLimits: Limits = {
  type: id,
  id,
  row_id: id,
  message_id: id,
  local_id: id,
  target_message_id: id,
  dedupe_key: id,
  sender_id: [0, 512],
  sender_name: name,
  reply_to: [0, 512],
  text: [0, 1_048_576],
  payload: document,
  metadata: document,
}

export function isItemWithin(item: string): string {
  return within(item, itemLimits)
}

/** What is short as a whole has no part that is long. */
export function isPatchWithin(patch: string): string {
  return `(pg_column_size(${patch}) <= 512 or ${within(patch, patchLimits)})`
}

export function isMessageWithin(event: string): string {
  return messageWithin((key) => `${event}->>'${key}'`)
}

/** The same of a message whose payload has been parsed to columns. */
export function isParsedMessageWithin(event: string): string {
  return messageWithin((key) => (key === 'metadata' ? `${event}.${key}::text` : `${event}.${key}`))
}

type Value = (key: string) => string

function messageWithin(value: Value): string {
  const { payload: _payload, target_message_id: _target, type: _type, ...limits } = eventLimits
  return `${value('direction')} in ('inbound', 'outbound') is not false and ${value('sender_type')} in ('customer', 'agent', 'bot', 'system') is not false
          and ${valuesWithin(value, limits)}`
}

function within(object: string, limits: Limits): string {
  return valuesWithin((key) => `${object}->>'${key}'`, limits)
}

function valuesWithin(value: Value, limits: Limits): string {
  const conditions = Object.entries(limits).map(([key, [least, most]]) => {
    const length = `octet_length(${value(key)})`
    return `${least === 0 ? `${length} <= ${most}` : `${length} between ${least} and ${most}`} is not false`
  })
  return `(${conditions.join(' and ')})`
}

/** The limits as rows of (key, least, most), for a `values` list. */
export function limitRows(limits: Limits): string {
  return Object.entries(limits)
    .map(([key, [least, most]]) => `('${key}', ${least}, ${most})`)
    .join(', ')
}
