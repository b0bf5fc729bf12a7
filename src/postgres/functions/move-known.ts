import type { Names } from '../names.js'
import { hasNoRoom } from './expressions/merged-parts.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `move_known(account, migration, destination, lost, kept, keeps_window, merges, now)`: moves a person whom the
 * destination knows: src/model/planning/move-known.ts has the rules. `kept` is the head of the destination with whom
 * they become one person, or null. Returns whether two contacts were merged. The caller holds the locks of both heads,
 * and of their conversations.
 */
export function moveKnown(names: Names): SqlFunction {
  const { fn, tables } = names
  const mark = (row: string) =>
    `jsonb_build_object('by', p_migration, 'channel', ${row}.channel, 'window_expires_at', ${row}.window_expires_at, 'last_seq', ${row}.last_seq)`
  const closed = (row: string) => `jsonb_build_object('closed', jsonb_build_object(
       'status', ${row}.status, 'status_changed_at', ${row}.status_changed_at, 'snoozed_until', ${row}.snoozed_until, 'at', p_now))`
  const goesOn = `v_goes_on and (x.username_key is null or (select true from ${tables.conversations} u where u.account_id = p_account
       and u.oa_id = p_destination and u.username_key = x.username_key and u.status <> 'closed' limit 1) is null)`
  return {
    name: 'move_known',
    parameters: `p_account text, p_migration text, p_destination text, p_lost text, p_kept text, p_keeps_window boolean, p_merges boolean,
  p_now timestamptz`,
    returns: 'boolean',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_channel constant text := (select b.channel from ${tables.inboxes} b where b.account_id = p_account and b.oa_id = p_destination limit 1);
  v_group constant text[] := p_lost || array(select a.id from ${tables.contact_inboxes} a where a.account_id = p_account and a.canonical_id = p_lost);
  v_merge constant text := p_migration || '.' || p_lost;
  v_goes_on boolean := false;
  k ${tables.conversations};
  l ${tables.conversations};
  v_joined record;
  v_links jsonb;
begin
  select * into k from ${tables.conversations} c where c.account_id = p_account and c.contact_inbox_id = p_kept and c.status <> 'closed' limit 1;
  if p_merges then
    v_goes_on := k.id is null;
    if k.id is not null then
      select * into l from ${tables.conversations} c where c.account_id = p_account and c.contact_inbox_id = any (v_group) and c.status <> 'closed' limit 1;
    end if;
    if l.id is not null and ${hasNoRoom('k', 'l')} then
      l := null;
    end if;
  end if;
  -- It goes away at once, because it can't be active in the destination beside the other one.
  if l.id is not null then
    l.moved := ${mark('l')} || ${closed('l')} || jsonb_build_object('merge_id', v_merge);
    v_links := jsonb_build_array(jsonb_build_object('id', l.id, 'contact_id', l.contact_id, 'is_linked', l.is_linked));
    l.oa_id := p_destination;
    l.channel := coalesce(v_channel, l.channel);
    l.window_expires_at := case when p_keeps_window then l.window_expires_at end;
    perform ${fn('hold_conversation')}(p_account, k, l, v_merge, true, 0, p_now);
  end if;
  update ${tables.conversations} x
     set oa_id = p_destination, channel = coalesce(v_channel, x.channel), version = x.version + 1, updated_at = p_now,
         window_expires_at = case when p_keeps_window then x.window_expires_at end, moved = ${mark('x')}
   where x.account_id = p_account and x.contact_inbox_id = any (v_group) and (x.status = 'closed' or ${goesOn});
  update ${tables.conversations} x
     set oa_id = p_destination, channel = coalesce(v_channel, x.channel), version = x.version + 1, updated_at = p_now,
         window_expires_at = case when p_keeps_window then x.window_expires_at end, moved = ${mark('x')} || ${closed('x')},
         status = 'closed', closed_at = p_now, status_changed_at = p_now, snoozed_until = null
   where x.account_id = p_account and x.contact_inbox_id = any (v_group) and x.status <> 'closed' and x.oa_id <> p_destination;
  if p_kept is not null then
    select * into v_joined from ${fn('link_heads')}(p_account, p_kept, p_lost, v_merge, p_now);
    update ${tables.conversations} x set version = x.version + 1, updated_at = p_now
     where x.account_id = p_account and x.id = k.id;
  end if;
  -- An id that both inboxes have stays that of the destination's row. The other row keeps what is stored under it.
  update ${tables.contact_inboxes} x
     set oa_id = p_destination, channel = coalesce(v_channel, x.channel),
         customer_id = case when p_kept is null or (select true from ${tables.contact_inboxes} d
           where d.account_id = p_account and d.oa_id = p_destination and d.customer_id = x.customer_id limit 1) is null then x.customer_id else chr(1) || x.id end,
         moved = jsonb_build_object('by', p_migration, 'channel', x.channel)
           || case when p_kept is null then '{}' else jsonb_build_object('customer_id', x.customer_id) end
   where x.account_id = p_account and x.id = any (v_group);
  if p_kept is null then
    return false;
  end if;
  update ${tables.contact_inboxes} x
     set moved = x.moved || jsonb_build_object('links', v_joined.links || jsonb_build_object(
       'conversations', v_joined.links->'conversations' || coalesce(v_links, '[]'),
       'rows', (select jsonb_agg(jsonb_build_object('id', y.id, 'customer_id', y.customer_id)) from ${tables.contact_inboxes} y
         where y.account_id = p_account and y.id = any (v_group))))
   where x.account_id = p_account and x.id = p_lost;
  return v_joined.has_merged_contacts;
end
`,
  }
}
