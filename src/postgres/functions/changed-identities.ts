import type { Names } from '../names.js'
import { isCurrent, phone, userId } from './expressions/named-ids.js'
import { expressionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `changed_identities(identities, previous, current, base_ids, brought, at_ms, operation)`: a person's ids after a
 * notice. The current ones take the place of others of their kinds, unless those came later. So do the ids of the kinds
 * `brought` by a user id that was known, of those that the person with the previous ids had (`base_ids`). A user id is
 * made anew when the number changes, so without a current number the former ones are given up.
 */
export function changedIdentities({ fn }: Names): SqlFunction {
  const cameAt = (e: string) => `greatest((${e}->>'moved_at')::bigint, (${e}->>'since')::bigint)`
  const isLate = (e: string) => `coalesce(${cameAt(e)} > p_at_ms, false)`
  return {
    name: 'changed_identities',
    parameters:
      'p_identities jsonb, p_previous jsonb, p_current jsonb, p_base_ids text[], p_brought text[], p_at_ms bigint, p_operation text',
    returns: 'jsonb',
    attributes: `language plpgsql immutable ${expressionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_all constant jsonb := p_identities || (
    select coalesce(jsonb_agg(jsonb_build_object('id', g->'id', 'kind', g->'kind', 'former_since', null, 'operation_id', p_operation) order by n), '[]')
    from jsonb_array_elements(p_previous || p_current) with ordinality i(g, n) where not p_identities @> jsonb_build_array(jsonb_build_object('id', g->'id')));
  v_current constant text[] := array(select g->>'id' from jsonb_array_elements(p_current) g);
  v_previous constant text[] := array(select g->>'id' from jsonb_array_elements(p_previous) g);
  v_kinds constant text[] := array(select g->>'kind' from jsonb_array_elements(p_current) g);
  v_gives_up constant boolean := '${userId}' = any (v_kinds) and '${phone}' <> all (v_kinds) and exists (
    select from jsonb_array_elements(v_all) e where e->>'kind' = '${userId}' and ${isCurrent('e')} and e->>'id' <> all (v_current) and not ${isLate('e')});
begin
  return ${fn('bounded_identities')}((
    select jsonb_agg(case
        -- An id that has changed since tells who the person is, and stays as it is. If it is former, it may be so for
        -- longer.
        when (e->>'former_since')::bigint > p_at_ms then case when e->>'id' = any (v_previous) and not ${isLate('e')}
          then e || jsonb_build_object('former_since', p_at_ms) else e end
        when e->>'id' = any (v_current) then (e - 'disputed_since') || jsonb_build_object('kind', named.kind, 'moved_at', greatest(p_at_ms, (e->>'moved_at')::bigint), 'former_since', (
          select min(case when ${isCurrent('l')} then ${cameAt('l')} else (l->>'former_since')::bigint end) from jsonb_array_elements(v_all) l
          where l->>'kind' = named.kind and ${isCurrent('l')} and ${isLate('l')} and l->>'id' <> all (v_current)
            -- A number has its user id: one that came with a user id that was replaced since is given up with it.
            -- So is one that takes the place of another which was given up since.
            or not ${isLate('e')} and (l->>'former_since')::bigint > p_at_ms and (l->>'kind' = named.kind and l->>'id' = any (v_previous)
              or named.kind = '${phone}' and l->>'kind' = '${userId}' and l->>'id' = any (v_current))))
        when e->>'id' = any (v_previous) then (e - 'disputed_since') || jsonb_build_object('kind', named.kind, 'former_since', p_at_ms)
        when ${isCurrent('e')} and not ${isLate('e')}
          and (e->>'kind' = any (v_kinds) or e->>'id' = any (p_base_ids) and (e->>'kind' = any (p_brought) or e->>'kind' = '${phone}' and v_gives_up))
          then (e - 'disputed_since') || jsonb_build_object('former_since', p_at_ms)
        else e end order by n)
    from jsonb_array_elements(v_all) with ordinality i(e, n)
    left join lateral (select coalesce(e->>'kind', (select g->>'kind' from jsonb_array_elements(p_current || p_previous) g where g->>'id' = e->>'id' limit 1)) as kind) named on true));
end
`,
  }
}
