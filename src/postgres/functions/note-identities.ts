import type { Names } from '../names.js'
import { isCurrent, userId } from './expressions/named-ids.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `note_identities(account, head, given, at_ms, is_receipt)`: puts the given ids into the list of their head. An id
 * that is new there, of which nobody said what it is, or that is current again, is so since then. A disputed number
 * that is named beside the person's user id is theirs again.
 */
export function noteIdentities({ fn, tables }: Names): SqlFunction {
  const isNoted = `(e->>'kind' is not null and (${isCurrent('e')} or p_is_receipt or (e->>'former_since')::bigint >= p_at_ms))`
  return {
    name: 'note_identities',
    parameters: 'p_account text, p_head text, p_given jsonb, p_at_ms bigint, p_is_receipt boolean',
    returns: 'void',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
begin
  update ${tables.contact_inboxes} h set identities = ${fn('sorted_identities')}((
    select jsonb_agg(case when g.id is null then e
        when ${isNoted} then case when (e->>'disputed_since')::bigint < p_at_ms and not p_is_receipt and exists (
            select from jsonb_array_elements(h.identities) u where u->>'kind' = '${userId}' and p_given @> jsonb_build_array(jsonb_build_object('id', u->'id')))
          then e - 'disputed_since' else e end
        when not ${isCurrent('e')} and (p_is_receipt or (e->>'former_since')::bigint >= p_at_ms) then e || jsonb_build_object('kind', g.kind)
        else jsonb_build_object('id', e->'id', 'kind', coalesce(e->>'kind', g.kind), 'since', p_at_ms, 'former_since', null) end)
    from (
      select e from jsonb_array_elements(coalesce(h.identities, '[]')) e
      union all
      select jsonb_build_object('id', n->'id', 'kind', n->'kind', 'since', p_at_ms, 'former_since', null) from jsonb_array_elements(p_given) n
      where not coalesce(h.identities, '[]') @> jsonb_build_array(jsonb_build_object('id', n->'id'))
    ) known
    left join lateral (select n->>'id' as id, n->>'kind' as kind from jsonb_array_elements(p_given) n where n->>'id' = e->>'id' limit 1) g on true))
  where h.account_id = p_account and h.id = p_head;
  update ${tables.conversations} c set is_linked = true
  where c.account_id = p_account and c.contact_inbox_id = p_head and not c.is_linked
    and (select jsonb_array_length(h.identities) from ${tables.contact_inboxes} h where h.account_id = p_account and h.id = p_head) > 1;
end
`,
  }
}
