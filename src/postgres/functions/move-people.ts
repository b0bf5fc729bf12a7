import type { Names } from '../names.js'
import { raw, textOf } from '../sql.js'
import { sendAgain } from './expressions/bulk-locks.js'
import {
  conversationsOf,
  countStored,
  groupOf,
  headsThere,
  lockContactsOf,
  lockedInOrder,
  lockInOrder,
  nextHeads,
  storedUnder,
} from './expressions/moving-people.js'
import { kindInConflict } from './expressions/named-ids.js'
import { peopleKnown } from './expressions/people-of-inbox.js'
import { parameterNow } from './expressions/times.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `move_people(account, migration, source, destination, after, keeps_window, people, conversations, now)`: moves the
 * next people of an inbox to another one, each with all ids and all conversations. What becomes of those whom the
 * destination knows says the migration; those who stay are counted in `skipped`. `unsettled` counts those who moved,
 * and those whom others changed meanwhile. `place` is the last customer id that was looked at, or null when there is
 * nobody after it.
 *
 * It takes the locks of every write: heads by id, also those of the destination with whom somebody becomes one person,
 * then conversations by id. From then on nobody opens a conversation of these people, and whoever waits for a lock
 * finds them in the destination.
 */
export function movePeople(names: Names): SqlFunction {
  const { fn, tables } = names
  const of = { contact_inboxes: raw(tables.contact_inboxes), conversations: raw(tables.conversations) }
  const people = {
    account: raw('p_account'),
    source: raw('p_source'),
    destination: raw('p_destination'),
    heads: raw('v_heads'),
    matching: { except: raw('p_migration') },
  }
  return {
    name: 'move_people',
    parameters: `p_account text, p_migration text, p_source text, p_destination text, p_after text, p_keeps_window boolean,
  p_people integer, p_conversations integer, p_now timestamptz,
  out contact_inboxes bigint, out conversations bigint, out messages bigint, out attachments bigint,
  out unsettled bigint, out skipped bigint, out contacts_merged bigint, out place text`,
    returns: null,
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_policy constant text := (select m.on_active_conflict from ${tables.inbox_migrations} m where m.account_id = p_account and m.id = p_migration);
  v_channel text;
  v_found text[];
  v_theirs text[] := '{}';
  v_heads text[];
  v_moving text[];
  v_known text[];
  v_group text[];
  v_conversations text[];
  v_lost text;
  v_kept text[];
  v_stored text[];
  v_now timestamptz(3);
begin
  select b.channel into v_channel from ${tables.inboxes} b where b.account_id = p_account and b.oa_id = p_destination limit 1;
  ${nextHeads(names)}
  if v_policy <> 'skip' then
    v_theirs := ${headsThere(names, 'v_found')};
  end if;
  -- During the wait a person may have become an alias of somebody. The next pass looks again.
  select coalesce(array_agg(held.id) filter (where held.oa_id = p_source and held.canonical_id is null), '{}') into v_heads
  from ${lockedInOrder(tables.contact_inboxes, 'v_found || v_theirs')};
  -- Two national writings prove nothing, so somebody has to look at those people.
  select coalesce(array_agg(k.head_id) filter (where k.matched_by is null), '{}'),
         coalesce(array_agg(k.head_id order by k.customer_id) filter (where v_policy <> 'skip' and k.matched_by <> 'variant'), '{}')
  into v_moving, v_known
  from ${textOf(peopleKnown(of, people))} k;
  skipped := cardinality(v_heads) - cardinality(v_moving);
  unsettled := cardinality(v_found) - skipped;
  v_group := ${groupOf(names, 'v_moving')};
  v_conversations := ${conversationsOf(names, 'v_group')};
  ${lockInOrder(tables.conversations, `v_conversations || ${conversationsOf(names, `${groupOf(names, 'v_known')} || v_theirs`)}`)};

  v_now := ${parameterNow};
  update ${tables.contact_inboxes} x
     set oa_id = p_destination, channel = coalesce(v_channel, x.channel), moved = jsonb_build_object('by', p_migration, 'channel', x.channel)
   where x.account_id = p_account and x.id = any (v_group);
  with moving as (update ${tables.conversations} x
     set oa_id = p_destination, channel = coalesce(v_channel, x.channel), version = x.version + 1, updated_at = v_now,
         window_expires_at = case when p_keeps_window then x.window_expires_at end,
         moved = jsonb_build_object('by', p_migration, 'channel', x.channel, 'window_expires_at', x.window_expires_at)
   where x.account_id = p_account and x.id = any (v_conversations) returning x.id, x.merged_parts)
  select v_conversations || array_agg(part->>'id') into v_stored from moving m cross join lateral jsonb_array_elements(m.merged_parts) part;

  contact_inboxes := cardinality(v_group);
  conversations := cardinality(v_conversations);
  contacts_merged := 0;
  if v_known <> '{}' then
    ${lockContactsOf(names, 'v_known || v_theirs')};
  end if;
  foreach v_lost in array v_known loop
    v_kept := ${headsThere(names, 'array[v_lost]')};
    if not v_kept <@ v_theirs then
      ${sendAgain};
    end if;
    -- They stay if their ids are those of two people there, or can't be one person's with those of the one.
    continue when cardinality(v_kept) > 1 or ${kindInConflict(names, 'v_kept || v_lost')} is not null;
    v_group := ${groupOf(names, 'array[v_lost]')};
    v_conversations := ${conversationsOf(names, 'v_group')};
    v_stored := v_stored || ${storedUnder(names, 'v_conversations')};
    conversations := conversations + cardinality(v_conversations);
    contact_inboxes := contact_inboxes + cardinality(v_group);
    contacts_merged := contacts_merged + ${fn('move_known')}(p_account, p_migration, p_destination, v_lost, v_kept[1], p_keeps_window, v_policy = 'merge',
      v_now)::integer;
    skipped := skipped - 1;
    unsettled := unsettled + 1;
  end loop;
  ${countStored(names)}
end
`,
  }
}
