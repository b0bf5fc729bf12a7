import type { Names } from '../names.js'
import { databaseMilliseconds } from '../operation-marks.js'
import { markChanged } from './expressions/identities.js'
import { namedIds } from './expressions/named-ids.js'
import { marks } from './expressions/operations.js'
import type { Rules } from './expressions/payload-rules.js'
import { removeUnused } from './expressions/people.js'
import { payloadNow } from './expressions/times.js'
import { isId } from './expressions/value-checks.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

const rules = {
  account_id: 'id',
  oa_id: 'id',
  operation_id: 'key',
  now: 'time',
  identities: 'current_ids',
  contact_inbox_ids: 'list',
} as const satisfies Rules
const required = ['account_id', 'oa_id', 'identities'] as const

/**
 * `link_customer_ids(payload)`: links ids of which the host knows that they are one person's. It opens no conversation.
 * Returns { outcome, identities, conflicts }: the ids of the person afterwards, and those that were not linked because
 * somebody else has them.
 */
export function linkCustomerIds(names: Names): SqlFunction {
  const { fn, tables } = names
  return {
    name: 'link_customer_ids',
    parameters: 'payload jsonb',
    returns: 'json',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  p_account constant text := payload->>'account_id';
  p_oa constant text := payload->>'oa_id';
  p_operation constant text := coalesce(payload->>'operation_id', ${fn('new_row_id')}());
  v_given constant jsonb := payload->'identities';
  v_problem text;
  v_ids text[];
  v_created text[];
  p_now timestamptz(3);
  p_server_ms bigint;
  v_linked record;
begin
  select left(x.problem, 5) || x.key || ': ' || substr(x.problem, 7) into v_problem
  from (
    select left(k.key, 64) as key, case when kind.kind is not null then ${fn('problem_of')}(kind.kind, k.value) when k.value <> 'null' then '22023 is not a known key' end as problem
    from jsonb_each(payload) k cross join lateral (select case k.key ${Object.entries(rules)
      .map(([key, kind]) => `when '${key}' then '${kind}'`)
      .join(' ')} end as kind) kind
    union all
    select r.key, '22023 is required' from unnest('{${required.join()}}'::text[]) r(key) where payload->>r.key is null
    union all
    select 'contact_inbox_ids', '22023 must be a list of ids' from jsonb_array_elements(case when jsonb_typeof(payload->'contact_inbox_ids') = 'array' then payload->'contact_inbox_ids' else '[]' end) i
    where jsonb_typeof(i) <> 'string' or not ${isId("i #>> '{}'")}) x
  where x.problem is not null limit 1;
  if v_problem is not null then
    raise exception '%', substr(v_problem, 6) using errcode = left(v_problem, 5);
  end if;

  v_ids := array(select e->>'id' from jsonb_array_elements(v_given) with ordinality i(e, n) order by i.n);
  v_created := ${fn('lock_named')}(p_account, array_fill(p_oa, array[cardinality(v_ids)]), v_ids,
    array(select coalesce(payload->'contact_inbox_ids'->>(i.n - 1)::integer, ${fn('new_row_id')}()) from unnest(v_ids) with ordinality i(id, n) order by i.n),
    array_fill(null::text, array[cardinality(v_ids)]), ${payloadNow});
  p_now := ${payloadNow};
  p_server_ms := ${databaseMilliseconds};
  select * into v_linked from ${fn('link_named')}(p_account, p_oa, v_ids[1], v_given, p_now, false, v_created, p_now, p_server_ms);
  ${markChanged(names, 'v_linked.changed')};
  ${removeUnused(names)}
  return json_build_object(
    'outcome', case when v_linked.outcome in ('linked', 'conflict') then v_linked.outcome
      when exists (select from ${tables.conversations} c where c.account_id = p_account
        and c.contact_inbox_id = any (array(select n.head_id from ${namedIds(names, 'v_given')} n)) and not ${marks.unseen('c.operations', 'p_operation')}) then 'linked'
      else 'unchanged' end,
    'identities', coalesce((select h.identities from ${namedIds(names, "jsonb_build_array(jsonb_build_object('id', v_linked.customer_id))")} n
      cross join lateral (select x.identities from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = any (array[n.head_id]) limit 1) h),
      jsonb_build_array(jsonb_build_object('id', v_linked.customer_id, 'kind', null, 'former_since', null))),
    'conflicts', v_linked.conflicts);
end
`,
  }
}
