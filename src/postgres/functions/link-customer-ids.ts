import type { Names } from '../names.js'
import { databaseMilliseconds } from '../operation-marks.js'
import { canonicalInbox, ownInbox } from './expressions/contact-inbox-look-up.js'
import { identitiesOf, markChanged, milliseconds } from './expressions/identities.js'
import { doesRedirect } from './expressions/inbox-redirects.js'
import type { Rules } from './expressions/payload-rules.js'
import { removeUnused } from './expressions/people.js'
import { payloadNow } from './expressions/times.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

const rules = {
  account_id: 'id',
  oa_id: 'id',
  operation_id: 'key',
  now: 'time',
  identities: 'current_ids',
  contact_inbox_ids: 'ids',
} as const satisfies Rules
const required = ['account_id', 'oa_id', 'identities'] as const

/**
 * `link_customer_ids(payload)`: links ids of which the host knows that they are one person's. It opens no conversation.
 * Returns { outcome, identities, conflicts }: the ids of the person afterwards, and those that were not linked because
 * somebody else has them.
 */
export function linkCustomerIds(names: Names): SqlFunction {
  const { fn, tables } = names
  const identitiesNow = `(select ${identitiesOf('h')} as marks from (select p_oa as oa_id, case when v_evidence.verdict = 'conflicts' then v_evidence.thread else v_ids[1] end as customer_id) c
    cross join lateral (${ownInbox(tables, 'c')}) o cross join lateral (${canonicalInbox(tables, 'o')}) h)`
  return {
    name: 'link_customer_ids',
    parameters: 'payload jsonb',
    returns: 'json',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  p_account constant text := payload->>'account_id';
  p_oa text := payload->>'oa_id';
  v_oas constant text[] := array[p_oa];
  p_operation constant text := coalesce(payload->>'operation_id', ${fn('new_row_id')}());
  v_given constant jsonb := payload->'identities';
  v_problem text;
  v_ids text[];
  v_created text[];
  p_now timestamptz(3);
  p_server_ms bigint;
  v_evidence record;
  v_changed text[];
  v_marks jsonb;
begin
  select left(x.problem, 5) || x.key || ': ' || substr(x.problem, 7) into v_problem
  from (
    select left(k.key, 64) as key, case when kind.kind is not null then ${fn('problem_of')}(kind.kind, k.value) when k.value <> 'null' then '22023 is not a known key' end as problem
    from jsonb_each(payload) k cross join lateral (select case k.key ${Object.entries(rules)
      .map(([key, kind]) => `when '${key}' then '${kind}'`)
      .join(' ')} end as kind) kind
    union all
    select r.key, '22023 is required' from unnest('{${required.join()}}'::text[]) r(key) where payload->>r.key is null) x
  where x.problem is not null limit 1;
  if v_problem is not null then
    raise exception '%', substr(v_problem, 6) using errcode = left(v_problem, 5);
  end if;

  v_ids := array(select e->>'id' from jsonb_array_elements(v_given) with ordinality i(e, n) order by i.n);
  if ${doesRedirect(names)} and (select true from unnest(v_ids) k(id)
      cross join lateral (select true from ${tables.contact_inboxes} x where x.account_id = p_account and x.oa_id = p_oa and x.customer_id = k.id limit 1) x limit 1) is null then
    p_oa := (select coalesce(b.redirected_to, p_oa) from ${tables.inboxes} b where b.account_id = p_account and b.oa_id = p_oa);
  end if;
  v_created := ${fn('lock_named')}(p_account, array_fill(p_oa, array[cardinality(v_ids)]), v_ids,
    array(select coalesce(payload->'contact_inbox_ids'->>(i.n - 1)::integer, ${fn('new_row_id')}()) from unnest(v_ids) with ordinality i(id, n) order by i.n),
    array_fill(null::text, array[cardinality(v_ids)]), ${payloadNow});
  p_now := ${payloadNow};
  p_server_ms := ${databaseMilliseconds};
  select * into v_evidence from ${fn('evidence_of')}(p_account, p_oa, v_ids[1], v_given, ${milliseconds('p_now')}, false, v_created);
  v_changed := ${fn('link_named')}(p_account, p_oa, v_ids[1], v_given, to_jsonb(v_evidence), p_now, false, null, v_created, p_operation, p_now, p_server_ms);
  ${markChanged(names, 'v_changed')};
  ${removeUnused(names)}
  select n.marks into v_marks from ${identitiesNow} n;
  return json_build_object(
    'outcome', case when v_evidence.verdict = 'conflicts' then 'conflict'
      when v_evidence.verdict = 'links' or v_marks @> jsonb_build_array(jsonb_build_object('operation_id', p_operation)) then 'linked' else 'unchanged' end,
    'identities', coalesce(v_marks, '[]'),
    'conflicts', v_evidence.conflicts);
end
`,
  }
}
