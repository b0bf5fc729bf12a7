import { eventLimits, itemLimits, limitRows, patchLimits } from './expressions/payload-limits.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `require_within(items)`: raises 23514 for the first value of a payload that exceeds its limit, and names the value.
 */
export function requireWithin(): SqlFunction {
  return {
    name: 'require_within',
    parameters: 'p_items jsonb',
    returns: 'void',
    attributes: `language plpgsql stable ${innerFunctionSettings}`,
    body: `
declare
  v_problem text;
begin
  with given as (
    select 'conversations[' || n - 1 || '].' as path, item, coalesce(item->'patch', '{}'::jsonb) as patch, coalesce(item->'events', '[]'::jsonb) as events
    from jsonb_array_elements(p_items) with ordinality as i(item, n)
  ), part as (
    select path, item as object, k.* from given cross join (values ${limitRows(itemLimits)}) as k(key, least, most)
    union all
    select path || 'patch.', patch, k.* from given cross join (values ${limitRows(patchLimits)}) as k(key, least, most)
    union all
    select path || 'events[' || n - 1 || '].', event, k.* from given cross join jsonb_array_elements(events) with ordinality as e(event, n)
      cross join (values ${limitRows(eventLimits)}) as k(key, least, most)
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
