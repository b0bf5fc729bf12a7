import { limits } from '../../../model/limits.js'
import { greatestCount, textsOfMissingIds } from '../../../model/ranges.js'
import type { Names } from '../../names.js'
import {
  attachmentRules,
  callRules,
  type EventType,
  eventRules,
  itemRules,
  keysOf,
  patchRules,
  type Rules,
  textKinds,
} from './payload-rules.js'
import {
  areIdentities,
  areIds,
  bytesOf,
  hasTooGreatNumbers,
  identityKinds,
  isCount,
  isDocument,
  isFlag,
  isNamed,
  isOnClosed,
  isText,
  isTimeText,
  isTooDeep,
  isVersion,
  isWait,
  isWord,
  isWordKind,
} from './value-checks.js'

/**
 * Quick checks of a payload: expressions that are true only if everything in an object is as payload-rules.ts says.
 * They may be false for an object that is rare and right, and then `require_within` decides. The library checks its own
 * calls, so these are for programs that call by SQL. They are no check constraints on the tables, because PostgreSQL
 * reads every constraint of a table anew for each statement that writes to it, which was a quarter of the cost of a
 * message.
 */

/** The payload of a bulk call, apart from the items. */
export function isCallWithin(payload: string): string {
  return `(${hasOnly(payload, Object.keys(callRules))} and jsonb_typeof(${payload}->'account_id') = 'string' and ${isNamed(`${payload}->>'account_id'`)}
    and coalesce(jsonb_typeof(${payload}->'conversations') = 'array', false) and ${isTimeText(`${payload}->>'now'`)}
    and coalesce(jsonb_typeof(${payload}->'operation_id') in ('string', 'null'), true) and ${isWait(`${payload}->'resent_after'`)}
    and ${isFlag(`${payload}->'atomic'`)} and ${payload}->>'lease' is null and ${isOnClosed(`${payload}->'default_on_closed'`)}) is true`
}

const shortItem = keysOf(itemRules, 'id', 'key').filter((key) => key !== 'username_key')
const shortSingle = [...shortItem, 'account_id', 'default_on_closed']

/**
 * An item without its patch and without what stands in its events. Its identities are those of a head that holds them
 * all, or else `require_within` looks at them.
 */
export function isItemWithin({ fn }: Names, item: string): string {
  return `case when ${isShort(item, shortItem, ['patch', 'events', 'identities', 'contact_inbox_ids'])} then true else ${fn('is_item_within')}(${item}, false) end`
}

/** The payload of a single call, which is an item with the keys of a call. */
export function isSingleWithin({ fn }: Names, payload: string): string {
  return `(case when ${isShort(payload, shortSingle, ['patch', 'events', 'identities', 'contact_inbox_ids'])} and ${payload}->>'default_on_closed' in ('new', 'reopen') is not false
    then true else ${fn('is_item_within')}(${payload}, true) end)`
}

/** A patch. Nearly all patches have short names and nothing else. */
export function isPatchWithin({ fn }: Names, patch: string): string {
  return `(case when ${patch} = '{}' then true else ${fn('is_patch_within')}(${patch}) end)`
}

/**
 * Whether an event that is a message is within its limits, apart from its time, and no history, which the quick ways
 * leave to the general one. The text may be longer than everything else together.
 */
export function isLiveMessageWithin({ fn }: Names, raw: string): string {
  const {
    text: _text,
    attachments: _attachments,
    metadata: _metadata,
    reply_to: _replyTo,
    history: _history,
    ...rules
  } = eventRules.message.rules
  const textBytes = `octet_length(${raw}->>'text')`
  const words = (['direction', 'sender_type'] as const).map((key) => isWord(`${raw}->>'${key}'`, key))
  const keys = [...Object.keys(rules), 'text']
  const rest = without(raw, ['attachments', 'text'])
  const asked = `not ${raw} ? 'history' and ${fn('is_event_within')}(${raw})`
  return `case when (${words.join(' and ')}) is not true then ${asked}
            when ${hasOnly(raw, keys)} and ${hasOnlyNamedTexts(raw)}
            and (pg_column_size(${raw}) <= ${limits.idBytes} or pg_column_size(${raw}) - ${textBytes} <= ${limits.idBytes} and ${textBytes} <= ${limits.textBytes})
            then true
            when ${raw} ? 'attachments' and ${hasOnly(rest, keys)} and ${hasOnlyNamedTexts(rest)} and pg_column_size(${rest}) <= ${limits.idBytes}
            and ${isText(raw)} and ${areAttachments(`${raw}->'attachments'`)} then true
            else ${asked} end`
}

/**
 * Whether an object has only these keys, and below them short ids. `others` are keys whose values are checked
 * elsewhere, the list `events` among them. PostgreSQL prepares each part of an expression anew in every transaction,
 * so this has few parts, and whatever it does not see is left to a function.
 */
function isShort(object: string, keys: readonly string[], others: readonly string[]): string {
  const rest = without(object, others)
  return `jsonb_typeof(${object}) = 'object' and jsonb_typeof(${object}->'events') = 'array' and ${hasOnly(object, [...keys, ...others])}
    and ${hasOnlyNamedTexts(rest)} and pg_column_size(${rest}) <= ${limits.idBytes}`
}

/** Whether all values of an object are strings that could be ids, or null. */
function hasOnlyNamedTexts(object: string): string {
  const missing = ['', ...textsOfMissingIds].map((text) => `@ == "${text}"`)
  return `(${object} @? 'strict $.* ? ((@ == "") is unknown || ${missing.join(' || ')})') is false`
}

/** All that an item, or the payload of a single call, may be. */
export function isAnyItem(item: string, isSingle: boolean): string {
  if (!isSingle) return isObjectOfItem(item, itemRules)
  const { account_id, now, default_on_closed } = callRules
  return `(${isObjectOfItem(item, { ...itemRules, account_id, now, default_on_closed, resent_after: 'milliseconds' })}
    and ${isTimeText(`${item}->>'now'`)} and ${isOnClosed(`${item}->'default_on_closed'`)}) is true`
}

function isObjectOfItem(item: string, rules: Rules): string {
  const texts = pick(rules, keysOf(rules, 'id', 'key'))
  const others = Object.keys(rules).filter((key) => !(key in texts))
  return `(case when jsonb_typeof(${item}) = 'object' then ${hasOnly(item, Object.keys(rules))}
    and ${hasOnlyTexts(without(item, others))} and ${lengthsWithin(item, texts, without(item, others))}
    and ${keysOf(rules, 'id')
      .map((key) => isNamed(`${item}->>'${key}'`))
      .join(' and ')}
    and ${isWord(`${item}->>'opens'`, 'history_opens')} and jsonb_typeof(${item}->'opens') in ('string', 'null') is not false and ${isFlag(`${item}->'mark_unread'`)}
    and ${isVersion(`${item}->'expected_version'`)} and ${isOnClosed(`${item}->'on_closed'`)} and ${isFlag(`${item}->'in_transaction'`)}
    and jsonb_typeof(${item}->'events') = 'array' is not false and ${areIdentities(`${item}->'identities'`, 'identities')} and ${areIds(`${item}->'contact_inbox_ids'`)} else false end) is true`
}

/**
 * Whether the values of a patch are within their limits. If the patch is short as a whole, none of them can be too
 * long.
 */
export function isAnyPatch(patch: string): string {
  const texts = pick(patchRules, keysOf(patchRules, 'id', 'name'))
  return `(case when jsonb_typeof(${patch}) = 'object' then ${hasOnly(patch, Object.keys(patchRules))}
    and (${without(patch, ['metadata'])} @? 'strict $.* ? ((@ == "") is unknown)') is false and ${lengthsWithin(patch, texts, patch)}
    and ${patch}->>'chatbot_id' <> '' is not false and ${isNamed(`${patch}->>'chatbot_id'`)} and ${isDocument(`${patch}->'metadata'`)} else false end) is true`
}

/** All that an event of each type may be, with its times, as a condition of an event of this type. */
export function isEventOf(type: EventType, event: string): string {
  const value = (key: string) => `${event}->>'${key}'`
  const rules: Rules = eventRules[type].rules
  const texts = pick(rules, keysOf(rules, ...textKinds))
  const others = Object.keys(rules).filter((key) => !(key in texts) || key === 'text')
  const short = others.length === 0 ? event : without(event, others)
  const conditions = [
    hasOnly(event, Object.keys(rules)),
    hasOnlyTexts(short),
    lengthsWithin(event, texts, short),
    ...eventRules[type].required.map((key) => `${value(key)} is not null`),
    ...keysOf(rules, 'id').map((key) => isNamed(value(key))),
    ...Object.entries(rules).flatMap(([key, kind]) => (isWordKind(kind) ? [isWord(value(key), kind)] : [])),
    ...keysOf(rules, 'time').map((key) => isTimeText(value(key))),
    ...keysOf(rules, 'document').map((key) => isDocument(`${event}->'${key}'`)),
    ...keysOf(rules, 'attachments').map((key) => areAttachments(`${event}->'${key}'`)),
    ...keysOf(rules, 'flag').map((key) => isFlag(`${event}->'${key}'`)),
    ...keysOf(rules, 'ids').map((key) => areIds(`${event}->'${key}'`)),
    ...identityKinds.flatMap((kind) => keysOf(rules, kind).map((key) => areIdentities(`${event}->'${key}'`, kind))),
    ...keysOf(rules, 'text').map(() => isText(event)),
    ...keysOf(rules, 'count').map((key) => `(${event}->'${key}' is null or ${isCount(`${event}->'${key}'`, greatestCount)})`),
    ...(type === 'message' ? [`coalesce(${value('message_id')}, ${value('local_id')}) is not null`] : []),
    ...(type === 'receipt' ? [`(${value('error')} is null or ${value('status')} = 'failed')`] : []),
    ...(type === 'reaction' ? [`(${value('sender_id')} is not null or coalesce(${value('sender_type')}, 'customer') = 'customer')`] : []),
  ]
  return `(${conditions.join('\n      and ')}) is true`
}

/** Whether the object has no other keys. */
function hasOnly(object: string, keys: readonly string[]): string {
  return `${without(object, keys)} = '{}'`
}

function without(object: string, keys: readonly string[]): string {
  return `(${object} - '{${keys.join()}}'::text[])`
}

/** Whether all values of an object are strings that are not empty, or null. */
function hasOnlyTexts(object: string): string {
  return `(${object} @? 'strict $.* ? ((@ == "") is unknown || @ == "")') is false`
}

/** Whether the texts are as long as they may be. They are, if `whole`, which has them all, is short. */
function lengthsWithin(object: string, rules: Rules, whole: string): string {
  const conditions = Object.entries(rules).flatMap(([key, kind]) => {
    const most = bytesOf[kind]?.[1]
    return most === undefined ? [] : [`octet_length(${object}->>'${key}') <= ${most} is not false`]
  })
  return `(pg_column_size(${whole}) <= ${limits.idBytes} or ${conditions.join(' and ')})`
}

/**
 * Whether a value of JSON is a list of attachments, or missing. This is one path over the whole list and no query,
 * because a query inside an expression costs each message something, with attachments or without.
 */
function areAttachments(given: string): string {
  const value = `(${given})`
  const known = Object.keys(attachmentRules).map((key) => `@.key != "${key}"`)
  const wrong = [
    `(${known.join(' && ')})`,
    '@.key != "payload" && ((@.value == "") is unknown)',
    '@.key == "type" && (@.value == "" || @.value == null)',
    '@.key == "payload" && @.value != null && @.value.type() != "object"',
  ]
  return `case when ${value} is null then true when jsonb_typeof(${value}) = 'array'
      then jsonb_array_length(${value}) <= ${limits.attachments} and pg_column_size(${value}) <= ${limits.nameBytes}
        and (${value} @? 'strict $[*].keyvalue() ? (${wrong.join(' || ')})') is false and not ${value} @? '$[*] ? (!exists(@.type))'
        and not ${isTooDeep(value, '$[*].payload')} and not ${hasTooGreatNumbers(value)} else false end`
}

function pick(rules: Rules, keys: readonly string[]): Rules {
  return Object.fromEntries(Object.entries(rules).filter(([key]) => keys.includes(key)))
}
