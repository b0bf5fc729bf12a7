import type { Names } from '../names.js'
import { raw, textOf } from '../sql.js'
import { countStored, lockInOrder, nextHeads } from './expressions/moving-people.js'
import { knownInDestination } from './expressions/people-of-inbox.js'
import { parameterNow } from './expressions/times.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `move_people(account, migration, source, destination, after, keeps_window, people, conversations, now)`: moves the
 * next people of an inbox to another one, each with all ids and all conversations. Those whom the destination knows
 * stay, and are counted in `skipped`. `unsettled` counts those who moved, and those whom others changed meanwhile.
 * `place` is the last customer id that was looked at, or null when there is nobody after it.
 *
 * It takes the locks of every write: heads by id, then conversations by id. From then on nobody opens a conversation of
 * these people, and whoever waits for a lock finds them in the destination.
 */
export function movePeople(names: Names): SqlFunction {
  const { tables } = names
  const of = { contact_inboxes: raw(tables.contact_inboxes), conversations: raw(tables.conversations) }
  const known = textOf(knownInDestination(of, raw('p_account'), raw('p_destination'), 'h'))
  return {
    name: 'move_people',
    parameters: `p_account text, p_migration text, p_source text, p_destination text, p_after text, p_keeps_window boolean,
  p_people integer, p_conversations integer, p_now timestamptz,
  out contact_inboxes bigint, out conversations bigint, out messages bigint, out attachments bigint,
  out unsettled bigint, out skipped bigint, out place text`,
    returns: null,
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_channel text;
  v_found text[];
  v_heads text[];
  v_moving text[];
  v_group text[];
  v_conversations text[];
  v_stored text[];
  v_now timestamptz(3);
begin
  select b.channel into v_channel from ${tables.inboxes} b where b.account_id = p_account and b.oa_id = p_destination limit 1;
  ${nextHeads(names)}
  ${lockInOrder(tables.contact_inboxes, 'v_found')};
  -- During the wait a person may have become an alias of somebody. The next pass looks again.
  v_heads := array(select x.id from ${tables.contact_inboxes} x
    where x.account_id = p_account and x.id = any (v_found) and x.oa_id = p_source and x.canonical_id is null);
  v_moving := array(select h.id from ${tables.contact_inboxes} h
    where h.account_id = p_account and h.id = any (v_heads) and ${known} is null);
  skipped := cardinality(v_heads) - cardinality(v_moving);
  unsettled := cardinality(v_found) - skipped;
  v_group := v_moving || array(select a.id from ${tables.contact_inboxes} a where a.account_id = p_account and a.canonical_id = any (v_moving));
  v_conversations := array(select c.id from ${tables.conversations} c where c.account_id = p_account and c.contact_inbox_id = any (v_group));
  ${lockInOrder(tables.conversations, 'v_conversations')};
  contact_inboxes := cardinality(v_group);
  conversations := cardinality(v_conversations);
  ${countStored(names, 'v_conversations')}

  v_now := ${parameterNow};
  update ${tables.contact_inboxes} x
     set oa_id = p_destination, channel = coalesce(v_channel, x.channel), moved = jsonb_build_object('by', p_migration, 'channel', x.channel)
   where x.account_id = p_account and x.id = any (v_group);
  update ${tables.conversations} x
     set oa_id = p_destination, channel = coalesce(v_channel, x.channel), version = x.version + 1, updated_at = v_now,
         window_expires_at = case when p_keeps_window then x.window_expires_at end,
         moved = jsonb_build_object('by', p_migration, 'channel', x.channel, 'window_expires_at', x.window_expires_at)
   where x.account_id = p_account and x.id = any (v_conversations);
end
`,
  }
}
