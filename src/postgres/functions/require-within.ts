import type { Names } from '../names.js'
import { isItemWithin, isPatchWithin } from './expressions/payload-limits.js'
import { attachmentRules, eventRules, itemRules, patchRules, type Rules } from './expressions/payload-rules.js'
import { areIdentities, areIds } from './expressions/value-checks.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `require_within(items, ords)`: raises an error for the first value of a payload's items that is not as docs/sql.md
 * says, and names the value. `ords` are the items' places in the call, or null if they stand in its order. The quick
 * check comes first, which is all that a call of the library needs.
 */
export function requireWithin(names: Names): SqlFunction {
  const { fn } = names
  return {
    name: 'require_within',
    parameters: 'p_items jsonb, p_ords integer[]',
    returns: 'void',
    attributes: `language plpgsql stable ${innerFunctionSettings}`,
    body: `
declare
  v_path text;
  v_problem text;
begin
  if (select bool_and(case when ${isItemWithin(names, 'i.item')} and ${isPatchWithin(names, "coalesce(i.item->'patch', '{}')")}
      and ${areIdentities("i.item->'identities'", 'identities')} and ${areIds("i.item->'contact_inbox_ids'")}
      then (coalesce(i.item->'identities' in ('[]', 'null'), true) or i.item->'identities' @> jsonb_build_array(jsonb_build_object('id', i.item->'customer_id')))
        and (not i.item ? 'events' or (select coalesce(bool_and(${fn('is_event_within')}(e.event)), true) and ${areLinksClear}
        from jsonb_array_elements(i.item->'events') e(event))) else false end)
    from jsonb_array_elements(p_items) i(item)) then
    return;
  end if;
  with given as materialized (
    select 'conversations[' || coalesce(p_ords[i.n], i.n) - 1 || ']' as path, i.item, i.n from jsonb_array_elements(p_items) with ordinality i(item, n)
  ),
  event as materialized (
    select given.path || '.events[' || e.n - 1 || ']' as path, e.event, given.n, e.n as event_n,
      case when e.event->>'type' like 'custom:_%' then 'custom' else e.event->>'type' end as kind
    from given cross join lateral jsonb_array_elements(${listIn("given.item->'events'")}) with ordinality e(event, n)
  ),
  part as materialized (
    select path, 'item' as kind, item as value, n, 0 as event_n from given
    union all
    select path || '.patch', 'patch', item->'patch', n, 0 from given where jsonb_typeof(item->'patch') = 'object'
    union all
    select path, kind, event, n, event_n from event
    union all
    select event.path || '.attachments[' || a.n - 1 || ']', 'attachment', a.value, event.n, event.event_n
    from event cross join lateral jsonb_array_elements(${listIn("event.event->'attachments'")}) with ordinality a(value, n)
    where event.kind in ('message', 'message_attachments')
  ),
  known as materialized (
    select part, key, kind, is_required from (values ${ruleRows}) rule(part, key, kind, is_required)
  ),
  problem as (
    select path, '22023 must be an object' as problem, n, event_n from part where jsonb_typeof(value) <> 'object'
    union all
    select part.path || '.type', coalesce(${fn('problem_of')}('type', part.value->'type'), '22023 is required'), part.n, part.event_n
    from part where jsonb_typeof(part.value) = 'object' and (part.kind is null or jsonb_typeof(part.value->'type') <> 'string'
      or not exists (select from known where known.part = part.kind))
    union all
    select part.path || '.' || left(k.key, 64), case when known.kind is not null then ${fn('problem_of')}(known.kind, k.value)
      when k.value <> 'null' then '22023 is not a known key' end, part.n, part.event_n
    from part cross join lateral jsonb_each(case when jsonb_typeof(part.value) = 'object' then part.value else '{}' end) k
    left join known on known.part = part.kind and known.key = k.key
    where part.kind in (select known.part from known)
    union all
    select part.path || '.' || known.key, case when part.kind = 'item' then '23502' else '22023' end || ' is required', part.n, part.event_n
    from part join known on known.part = part.kind and known.is_required
    where jsonb_typeof(part.value) = 'object' and part.value->>known.key is null
    union all
    select event.path, '23514 a message has a message_id or a local_id', event.n, event.event_n from event
    where event.kind = 'message' and event.event->>'message_id' is null and event.event->>'local_id' is null
    union all
    select event.path || '.error', '22023 is only for failed', event.n, event.event_n from event
    where event.kind = 'receipt' and event.event->>'error' is not null and event.event->>'status' <> 'failed'
    union all
    select event.path || '.sender_id', '22023 is required: a sender has one reaction to a message', event.n, event.event_n from event
    where event.kind = 'reaction' and event.event->>'sender_id' is null and event.event->>'sender_type' <> 'customer'
    union all
    select given.path || '.identities', '22023 must have the customer_id among them', given.n, 0 from given
    where jsonb_typeof(given.item->'identities') = 'array' and given.item->'identities' <> '[]' and not given.item->'identities' @> jsonb_build_array(jsonb_build_object('id', given.item->'customer_id'))
    union all
    select given.path || '.events', '22023 must not give one local_id two message ids, or the reverse', given.n, 0 from given
    where not (select ${areLinksClear} from jsonb_array_elements(${listIn("given.item->'events'")}) e(event))
  )
  select path, problem.problem into v_path, v_problem from problem where problem.problem is not null order by n, event_n limit 1;
  if v_problem is not null then
    raise exception '%: %', v_path, substr(v_problem, 7) using errcode = left(v_problem, 5);
  end if;
end
`,
  }
}

/**
 * Whether each message id that the events `e` link to a local id has this one alone, and the reverse. Otherwise nothing
 * could tell which of two messages a reply is.
 */
const areLinksClear = `coalesce((
    count(distinct jsonb_build_array(e.event->'local_id', e.event->'message_id')) filter (where ${linksIds()}),
    count(distinct jsonb_build_array(e.event->'local_id', e.event->'message_id')) filter (where ${linksIds()}))
    = (count(distinct e.event->>'local_id') filter (where ${linksIds()}), count(distinct e.event->>'message_id') filter (where ${linksIds()})), true)`

function linksIds(): string {
  return `e.event->>'local_id' is not null and e.event->>'message_id' is not null`
}

function listIn(value: string): string {
  return `case when jsonb_typeof(${value}) = 'array' then ${value} else '[]' end`
}

interface Part {
  readonly rules: Rules
  readonly required: readonly string[]
}

const parts: Readonly<Record<string, Part>> = {
  item: { rules: itemRules, required: ['oa_id', 'customer_id'] },
  patch: { rules: patchRules, required: [] },
  attachment: { rules: attachmentRules, required: ['type'] },
  ...eventRules,
}

const ruleRows = Object.entries(parts)
  .flatMap(([part, { rules, required }]) =>
    Object.entries(rules).map(([key, kind]) => `('${part}', '${key}', '${kind}', ${required.includes(key)})`),
  )
  .join(', ')
