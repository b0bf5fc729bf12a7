import type { Names } from '../names.js'
import { identitiesOf } from './expressions/identities.js'
import { isNewId, namedIds } from './expressions/named-ids.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `join_named(account, oa, customer, given, heads, taken, channel, created, operation, now, server_ms)`: makes one
 * group of the given heads, of which the first stays, and puts the given ids into it. Those that are `taken` leave
 * their groups. Without a head the row of a new id, of `customer` if it is new, becomes one. Returns the head, and the
 * conversations that were changed. What is known of the ids is left to the caller.
 */
export function joinNamed(names: Names): SqlFunction {
  const { fn, tables } = names
  return {
    name: 'join_named',
    parameters: `p_account text, p_oa text, p_customer text, p_given jsonb, p_heads text[], p_taken text[], p_channel text,
  p_created text[], p_operation text, p_now timestamptz, p_server_ms bigint, out head text, out changed text[]`,
    returns: null,
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_id text;
begin
  head := p_heads[1];
  changed := '{}';
  if cardinality(p_heads) > 1 then
    changed := ${fn('join_groups')}(p_account, head, p_heads[2:], false, p_operation, p_now, p_server_ms);
  end if;
  foreach v_id in array p_taken loop
    changed := changed || ${fn('leave_group')}(p_account, p_oa, v_id, p_operation, p_now);
  end loop;
  if head is null then
    select n.own_id into head from ${namedIds(names, 'p_given')} n order by not ${isNewId(names, 'n.own_id')}, n.id <> p_customer, n.ord limit 1;
    update ${tables.contact_inboxes} x set canonical_id = null, previous_head_id = coalesce(x.previous_head_id, x.canonical_id), channel = coalesce(p_channel, x.channel),
      contact_id = case when x.canonical_id is null then x.contact_id end
    where x.account_id = p_account and x.id = head;
  end if;
  -- The ids that are known so far come before those that follow.
  update ${tables.contact_inboxes} x set identities = ${identitiesOf('x')} where x.account_id = p_account and x.id = head;
  -- A row that was made for this call has the channel of its inbox. An alias has its head's, and what is known of its
  -- person stands there.
  update ${tables.contact_inboxes} x set canonical_id = w.id, contact_id = w.contact_id, previous_head_id = coalesce(x.previous_head_id, x.canonical_id), scopes = null, identities = null,
    channel = case when x.canonical_id is null then w.channel else x.channel end
  from ${tables.contact_inboxes} w
  where w.account_id = p_account and w.id = head and x.account_id = p_account and x.id <> head and x.canonical_id is distinct from head
    and x.id = any (array(select n.own_id from ${namedIds(names, 'p_given')} n));
end
`,
  }
}
