import type { SqlFunction } from './sql-function.js'

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

const itemLimits: Limits = {
  oa_id: id,
  customer_id: id,
  operation_id: id,
  conversation_id: id,
  contact_id: id,
  contact_inbox_id: id,
  channel: id,
  username_key: id,
}
const patchLimits: Limits = { nickname: name, customer_name: name, customer_username: name, chatbot_id: [0, 512], metadata: document }
const eventLimits: Limits = {
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

/** `require_within(items)`: raises 23514 for the first value of a payload that is over its limit, and names it. */
export function requireWithin(): SqlFunction {
  return {
    name: 'require_within',
    parameters: 'p_items jsonb',
    returns: 'void',
    attributes: 'language plpgsql stable security invoker set search_path = pg_catalog, pg_temp',
    body: `
declare
  v_problem text;
begin
  with given as (
    select 'conversations[' || n - 1 || '].' as path, item, coalesce(item->'patch', '{}'::jsonb) as patch, coalesce(item->'events', '[]'::jsonb) as events
    from jsonb_array_elements(p_items) with ordinality as i(item, n)
  ), part as (
    select path, item as object, k.* from given cross join (values ${rows(itemLimits)}) as k(key, least, most)
    union all
    select path || 'patch.', patch, k.* from given cross join (values ${rows(patchLimits)}) as k(key, least, most)
    union all
    select path || 'events[' || n - 1 || '].', event, k.* from given cross join jsonb_array_elements(events) with ordinality as e(event, n)
      cross join (values ${rows(eventLimits)}) as k(key, least, most)
  )
  select path || key || ': must have ' || least || ' to ' || most || ' bytes' into v_problem
  from part where octet_length(object->>key) not between least and most limit 1;
  if v_problem is null then
    select path || 'events[' || n - 1 || ']' || problem into v_problem
    from (select 'conversations[' || i.n - 1 || '].' as path, e.event, e.n from jsonb_array_elements(p_items) with ordinality as i(item, n)
      cross join jsonb_array_elements(coalesce(i.item->'events', '[]'::jsonb)) with ordinality as e(event, n)) x
    cross join lateral (select case
      when event->>'type' = 'message' and event->>'message_id' is null and event->>'local_id' is null then ': a message has a message_id or a local_id'
      when event->>'direction' not in ('inbound', 'outbound') then '.direction: must be inbound or outbound'
      when event->>'sender_type' not in ('customer', 'agent', 'bot', 'system') then '.sender_type: must be customer, agent, bot or system' end as problem) p
    where problem is not null limit 1;
  end if;
  if v_problem is not null then
    raise exception '%', v_problem using errcode = '23514';
  end if;
end
`,
  }
}

function rows(limits: Limits): string {
  return Object.entries(limits)
    .map(([key, [least, most]]) => `('${key}', ${least}, ${most})`)
    .join(', ')
}
