import type { Names } from '../names.js'
import { identitiesOf } from './expressions/identities.js'
import { hasTime, inOneForm, isCurrent } from './expressions/named-ids.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `note_identities(account, head, given, moved, at_ms, is_receipt, operation)`: puts the given ids into the list of
 * their head, and lets every conversation of the group ask there. An id that came again with the person's others is
 * current, and beside a current one of them it is no longer disputed. A receipt tells only what kind an id is. The
 * other forms of a number are former.
 */
export function noteIdentities({ fn, tables }: Names): SqlFunction {
  return {
    name: 'note_identities',
    parameters: 'p_account text, p_head text, p_given jsonb, p_moved text[], p_at_ms bigint, p_is_receipt boolean, p_operation text',
    returns: 'void',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  -- A receipt names the ids that the reply went to, and its time tells nothing of them.
  v_since constant bigint := case when not p_is_receipt then p_at_ms end;
  -- Alone an id may come from whoever has it now.
  v_is_told constant boolean := not p_is_receipt and jsonb_array_length(p_given) > 1;
begin
  update ${tables.contact_inboxes} h set identities = ${fn('bounded_identities')}(${inOneForm(
    `(
    select jsonb_agg(case
        when known.e is null or g.id = any (p_moved) then jsonb_strip_nulls(jsonb_build_object('id', g.id, 'since', v_since, 'operation_id', p_operation,
          'moved_at', case when g.id = any (p_moved) then p_at_ms end)) || jsonb_build_object('kind', g.kind, 'former_since', null)
        when g.id is null then known.e
        else (case when (known.e->>'disputed_since')::bigint < p_at_ms and g.is_with_own then known.e - 'disputed_since' else known.e end)
          || jsonb_strip_nulls(jsonb_build_object('kind', coalesce(known.e->>'kind', g.kind), 'since', case when ${hasTime('known.e')} then (known.e->>'since')::bigint else v_since end))
          || jsonb_build_object('former_since', case when not v_is_told then known.e->'former_since' end)
          || case when known.e->>'former_since' is null or not v_is_told then '{}' else jsonb_build_object('moved_at', p_at_ms) end end
      order by known.n, g.n)
    from jsonb_array_elements(${identitiesOf('h')}) with ordinality known(e, n)
    full join (select e->>'id' as id, e->>'kind' as kind, n, not p_is_receipt and exists (select from jsonb_array_elements(${identitiesOf('h')}) own
        where own->>'id' <> e->>'id' and ${isCurrent('own')} and p_given @> jsonb_build_array(jsonb_build_object('id', own->'id'))) as is_with_own
      from jsonb_array_elements(p_given) with ordinality i(e, n)) g on g.id = known.e->>'id')`,
    'p_given',
    'p_at_ms',
  )})
  where h.account_id = p_account and h.id = p_head;
  update ${tables.conversations} c set is_linked = true where c.account_id = p_account and c.contact_inbox_id = p_head and not c.is_linked;
end
`,
  }
}
