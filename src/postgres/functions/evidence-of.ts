import type { Names } from '../names.js'
import { identitiesOf } from './expressions/identities.js'
import { hasCurrent, hasTime, isCurrent, isNewId, namedIds, phone, userId } from './expressions/named-ids.js'
import { bareId } from './expressions/phone-forms.js'
import { isChatScoped } from './expressions/scopes.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `evidence_of(account, oa, customer, given, at_ms, is_receipt, created)`: what it proves that one payload names one
 * person by all of these ids. It is the rule of src/model/planning/evidence.ts, which says why. `verdict` is:
 * - `nothing`: all ids are one person's already, or the evidence is too old or too weak. `heads` are those whom it
 *   names.
 * - `links`: `heads` are one person, by age (none for a person who is new), and get the ids `taken` from others.
 * - `conflicts`: nothing is linked. `conflicts` are the ids that are not linked to the id `thread`, and `disputed` the
 *   heads whose phone came with another person's ids.
 *
 * The write goes to the thread of the id `thread`.
 *
 * The caller holds the locks of all heads, so that what it says stays true.
 */
export function evidenceOf(names: Names): SqlFunction {
  const { tables } = names
  const formerMs = "(n.mark->>'former_since')::bigint"
  const disputedMs = "(n.mark->>'disputed_since')::bigint"
  const movedMs = "(n.mark->>'moved_at')::bigint"
  const named = 'jsonb_to_recordset(v_named) as n(id text, kind text, ord bigint, head_id text, head_created_at timestamptz, mark jsonb)'
  const isOther = `(n.id <> thread and (n.head_id is null or n.head_id is distinct from v_own or n.mark is null or not ${isCurrent('n.mark')}))`
  return {
    name: 'evidence_of',
    parameters: `p_account text, p_oa text, p_customer text, p_given jsonb, p_at_ms bigint, p_is_receipt boolean, p_created text[],
  out verdict text, out heads text[], out taken text[], out thread text, out conflicts jsonb, out disputed text[]`,
    returns: null,
    attributes: `language plpgsql stable ${functionSettings}`,
    body: `
#variable_conflict use_variable
declare
  v_named jsonb;
  v_is_stale boolean;
  v_has_moved boolean;
  v_is_of_chat boolean;
  v_is_one boolean;
  v_former text[];
  v_own text;
begin
  conflicts := '[]';
  disputed := '{}';
  taken := '{}';
  -- An id that is new leads to nobody.
  select jsonb_agg(jsonb_build_object('id', x.id, 'kind', x.kind, 'ord', x.ord) ||
      case when x.is_new then '{}' else jsonb_build_object('head_id', x.head_id, 'head_created_at', x.head_created_at, 'mark', x.mark) end)
  into v_named from (select n.*, ${isNewId(names, 'n.own_id')} as is_new from ${namedIds(names, 'p_given')} n) x;
  select coalesce(array_agg(n.id) filter (where ${formerMs} is not null), '{}'), coalesce(bool_or(${formerMs} >= p_at_ms), false),
    coalesce(bool_or(${movedMs} > p_at_ms), false), count(distinct n.head_id) = 1 and bool_and(n.head_id is not null), array_agg(distinct n.head_id) filter (where n.head_id is not null)
  into v_former, v_is_stale, v_has_moved, v_is_one, heads from ${named};
  heads := coalesce(heads, '{}');
  verdict := 'nothing';
  -- A number can be somebody else's by now, a user id can't. So what links nothing belongs to whoever has the user id.
  v_is_of_chat := exists (select from ${tables.contact_inboxes} h where h.account_id = p_account and h.id = any (heads) and ${isChatScoped('h.channel')})
    or exists (select from ${tables.inboxes} b where b.account_id = p_account and b.oa_id = p_oa and ${isChatScoped('b.channel')});
  thread := coalesce((select n.id from ${named} where n.kind <> '${phone}' and not v_is_of_chat
    order by n.kind <> '${userId}', case when n.kind <> '${userId}' then n.id <> p_customer end, n.ord limit 1), p_customer);
  if v_is_stale or v_has_moved and not v_is_one or p_is_receipt and v_former <> '{}' then
    if v_is_one then
      thread := p_customer;
    else
      heads := array(select n.head_id from ${named} where n.id = thread and n.head_id is not null);
    end if;
    return;
  end if;

  taken := array(select n.id from ${named} where n.id = any (v_former)
    and exists (select from jsonb_to_recordset(v_named) as o(head_id text) where o.head_id is distinct from n.head_id)
    and ${hasCurrent(names, 'n.head_id')} order by n.ord);
  heads := array(select n.head_id from ${named} where n.head_id is not null and n.id <> all (taken)
    group by n.head_id, n.head_created_at order by n.head_created_at, n.head_id);
  if exists (select from (
      select e->>'id' as id, e->>'kind' as kind from ${tables.contact_inboxes} h cross join jsonb_array_elements(${identitiesOf('h')}) e
      where h.account_id = p_account and h.id = any (heads) and ${isCurrent('e')}
      union
      select n.id, coalesce(case when n.head_id = any (heads) and ${isCurrent('n.mark')} then n.mark->>'kind' end, n.kind) from ${named}) k
      where k.kind is not null group by k.kind having count(distinct ${bareId('k.kind', 'k.id')}) > 1) then
    verdict := 'conflicts';
    taken := '{}';
    v_own := (select n.head_id from ${named} where n.id = thread);
    heads := case when v_own is null then '{}' else array[v_own] end;
    conflicts := (select coalesce(jsonb_agg(jsonb_build_object('id', n.id, 'kind', n.kind) order by n.ord), '[]') from ${named} where ${isOther});
    if not p_is_receipt then
      disputed := array(select n.head_id from ${named} where ${isOther} and n.kind = '${phone}' and n.head_id is distinct from v_own
        and n.mark is not null and ${isCurrent('n.mark')} and coalesce(greatest(${disputedMs}, ${movedMs}) < p_at_ms, true) group by n.head_id);
    end if;
  elsif taken <> '{}' or cardinality(heads) <> 1 or exists (select from ${named}
      where n.mark is null or n.mark->>'kind' is null or not p_is_receipt and (not ${hasTime('n.mark')} or
        not ${isCurrent('n.mark')} and jsonb_array_length(p_given) > 1 or ${disputedMs} < p_at_ms and exists (select from jsonb_to_recordset(v_named) as own(id text, mark jsonb)
          where own.id <> n.id and own.mark is not null and ${isCurrent('own.mark')}))) then
    verdict := 'links';
    thread := p_customer;
  elsif v_is_one then
    thread := p_customer;
  end if;
end
`,
  }
}
