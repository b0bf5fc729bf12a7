import type { Names } from '../names.js'
import { raw, textOf } from '../sql.js'
import { closedByMove, conversationsOf, countStored, groupOf, lockInOrder, nextHeads, storedUnder } from './expressions/moving-people.js'
import { peopleKnown } from './expressions/people-of-inbox.js'
import { parameterNow } from './expressions/times.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `move_people_back(account, undone, source, destination, after, people, conversations, ids, now)`: moves back the next
 * people of an inbox whom the migration `undone` has moved there: src/store/inbox-move-port.ts has the rules, and
 * src/model/planning/undo-inbox-move.ts decides the same. What it answers and locks is what `move_people` does. `ids`
 * are for the contact inboxes of those who leave conversations behind, by the customer ids of the head and of the
 * copied one, and people for whom none is left are counted in `unsettled`.
 */
export function movePeopleBack(names: Names): SqlFunction {
  const { fn, tables } = names
  const of = { contact_inboxes: raw(tables.contact_inboxes), conversations: raw(tables.conversations) }
  const people = {
    account: raw('p_account'),
    source: raw('p_source'),
    destination: raw('p_destination'),
    heads: raw('v_moving'),
    matching: null,
  }
  const aliases = (head: string) => `${tables.contact_inboxes} a where a.account_id = p_account and a.canonical_id = ${head}`
  const isJoined = (alias: string) => `(${alias}.moved->>'by' = p_undone and ${alias}.moved ? 'links')`
  const isApart = "h.moved->>'by' is distinct from p_undone"
  const isConcerned = `(h.moved->>'by' = p_undone or (select true from ${aliases('h.id')} and a.moved->>'by' = p_undone limit 1))`
  const holds = (what: string) => `(select true from ${tables.conversations} c where c.account_id = p_account
        and c.contact_inbox_id = any (array(select h.id union all select a.id from ${aliases('h.id')})) and ${what} limit 1)`
  const isMoved = "c.moved->>'by' is not distinct from p_undone"
  const under = (group: string) => `${tables.conversations} c where c.account_id = p_account and c.contact_inbox_id = any (${group})`
  const copyOf = (column: string) => `coalesce(v_copies->>${column}, ${column})`
  const leave = (table: string) => `update ${table} x set contact_inbox_id = ${copyOf('x.contact_inbox_id')}, own_id = ${copyOf('x.own_id')}
   where x.account_id = p_account and x.conversation_id = any (v_staying)`
  const leaveBehind = `insert into ${tables.contact_inboxes} (account_id, id, oa_id, customer_id, contact_id, canonical_id, scopes, identities, channel,
        delivered_up_to, delivered_up_to_at, read_up_to, read_up_to_at, created_at)
      select p_account, v_copies->>x.id, p_source, x.customer_id, x.contact_id, v_copies->>x.canonical_id,
        case when x.scopes is not null then array(select ${copyOf('s.id')} from unnest(x.scopes) with ordinality s(id, n) order by s.n) end,
        x.identities, coalesce(v_channel, x.channel), x.delivered_up_to, x.delivered_up_to_at, x.read_up_to, x.read_up_to_at, v_now
      from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = any (v_group) and v_copies->>x.id is not null;
      update ${tables.conversations} x set contact_inbox_id = ${copyOf('x.contact_inbox_id')} where x.account_id = p_account and x.id = any (v_staying);
      ${leave(tables.messages)};
      ${leave(tables.contact_interaction_events)}`
  return {
    name: 'move_people_back',
    parameters: `p_account text, p_undone text, p_source text, p_destination text, p_after text,
  p_people integer, p_conversations integer, p_ids jsonb, p_now timestamptz,
  out contact_inboxes bigint, out conversations bigint, out messages bigint, out attachments bigint,
  out unsettled bigint, out skipped bigint, out place text`,
    returns: null,
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_channel text;
  v_is_conversion boolean;
  v_found text[];
  v_heads text[];
  v_moving text[];
  v_leaving text[];
  v_whole text[];
  v_waiting text[];
  v_group text[];
  v_conversations text[];
  v_going text[];
  v_staying text[];
  v_stored text[];
  v_copies jsonb;
  v_joined text[];
  v_lost text;
  v_parted record;
  v_closed jsonb;
  v_now timestamptz(3);
begin
  select b.channel into v_channel from ${tables.inboxes} b where b.account_id = p_account and b.oa_id = p_source limit 1;
  select m.kind = 'convert' into v_is_conversion from ${tables.inbox_migrations} m where m.account_id = p_account and m.id = p_undone;
  ${nextHeads(names)}
  v_found := array(select h.id from ${tables.contact_inboxes} h where h.account_id = p_account and h.id = any (v_found) and ${isConcerned});

  ${lockInOrder(tables.contact_inboxes, 'v_found')};
  -- During the wait a person may have become an alias of somebody. The next pass looks again.
  v_heads := array(select h.id from ${tables.contact_inboxes} h
    where h.account_id = p_account and h.id = any (v_found) and h.oa_id = p_source and h.canonical_id is null and ${isConcerned});
  v_moving := array(select h.id from ${tables.contact_inboxes} h
    where h.account_id = p_account and h.id = any (v_heads) and h.moved->>'by' = p_undone
      and (select true from ${aliases('h.id')} and a.moved->>'by' <> p_undone and a.moved ? 'links' limit 1) is null);
  v_moving := array(select k.head_id from ${textOf(peopleKnown(of, people))} k where k.matched_by is null);
  -- Those whom the migration has made one with somebody whom it has not moved: the last one first.
  v_joined := array(select j.id from (
    select a.id, jsonb_array_length(a.moved->'links'->'kept_ids') as place,
      (select h.customer_id from ${tables.contact_inboxes} h where h.account_id = p_account and h.id = a.canonical_id limit 1) as head_customer_id
    from ${aliases(`any (array(select h.id from ${tables.contact_inboxes} h where h.account_id = p_account and h.id = any (v_heads) and ${isApart}))`)}
      and ${isJoined('a')}) j
    order by j.head_customer_id, j.place desc, j.id);
  v_conversations := ${conversationsOf(
    names,
    groupOf(
      names,
      `(v_moving || array(select a.canonical_id from ${tables.contact_inboxes} a
    where a.account_id = p_account and a.id = any (v_joined)))`,
    ),
  )};
  ${lockInOrder(tables.conversations, 'v_conversations')};

  -- Those who leave conversations behind need copies. Each has the sum of the ids that are given out up to it.
  select coalesce(array_agg(l.id), '{}'), coalesce(array_agg(l.id) filter (where l.is_whole), '{}'),
    coalesce(array_agg(l.id) filter (where not l.is_whole and l.given > jsonb_array_length(p_ids)), '{}')
    into v_leaving, v_whole, v_waiting
  from (
    select k.id, k.is_whole, sum(case when k.is_whole then 0 else k.size end) over (order by k.customer_id) as given
    from (
      select g.id, g.customer_id, g.size, g.size > jsonb_array_length(p_ids) or g.is_merged as is_whole from (
        select h.id, h.customer_id, 1 + (select count(*) from ${aliases('h.id')}) as size,
          ${holds('jsonb_array_length(c.merged_parts) > 0')} is not null as is_merged
        from ${tables.contact_inboxes} h
        where h.account_id = p_account and h.id = any (v_moving) and ${holds(`not (${isMoved})`)}) g) k) l;
  v_moving := array(select m.id from unnest(v_moving) m(id) where m.id <> all (v_whole) and m.id <> all (v_waiting));
  unsettled := cardinality(v_found) - cardinality(v_heads) + cardinality(v_moving) + cardinality(v_waiting);
  skipped := cardinality(v_heads) - cardinality(v_moving) - cardinality(v_waiting) + cardinality(v_joined) - (select count(distinct a.canonical_id)
    from ${tables.contact_inboxes} a where a.account_id = p_account and a.id = any (v_joined));
  v_group := ${groupOf(names, 'v_moving')};
  v_going := array(select c.id from ${under('v_group')} and ${isMoved});
  v_staying := array(select c.id from ${under('v_group')} and not (${isMoved}));
  contact_inboxes := cardinality(v_group);
  select coalesce(jsonb_object_agg(n.id, p_ids->>(n.place - 1)), '{}') into v_copies
  from (
    select m.id, row_number() over (order by m.head_customer_id, m.customer_id)::integer as place
    from (
      select x.id, x.customer_id, (select h.customer_id from ${tables.contact_inboxes} h
        where h.account_id = p_account and h.id = coalesce(x.canonical_id, x.id) limit 1) as head_customer_id
      from ${tables.contact_inboxes} x
      where x.account_id = p_account and x.id = any (v_group) and coalesce(x.canonical_id, x.id) = any (v_leaving)) m) n;

  v_now := ${parameterNow};
  v_closed := ${closedByMove(names, 'v_going')};
  update ${tables.contact_inboxes} x
     set oa_id = p_destination, moved = null, channel = coalesce(x.moved->>'channel',
       (select h.moved->>'channel' from ${tables.contact_inboxes} h where h.account_id = p_account and h.id = x.canonical_id limit 1), x.channel)
   where x.account_id = p_account and x.id = any (v_group);
  update ${tables.conversations} x
     set oa_id = p_destination, channel = x.moved->>'channel', version = x.version + 1, updated_at = v_now, moved = null,
         window_expires_at = case when v_is_conversion then x.window_expires_at else (x.moved->>'window_expires_at')::timestamptz end
   where x.account_id = p_account and x.id = any (v_going);
  if v_copies <> '{}' then
    ${leaveBehind};
  end if;
  perform ${fn('reopen_moved')}(p_account, v_closed);

  foreach v_lost in array v_joined loop
    select * into v_parted from ${fn('part_moved')}(p_account, p_undone, p_destination, v_lost, v_is_conversion, v_now);
    continue when v_parted.contact_inboxes is null;
    contact_inboxes := contact_inboxes + v_parted.contact_inboxes;
    v_going := v_going || v_parted.conversations;
    skipped := skipped - 1;
    unsettled := unsettled + 1;
  end loop;
  conversations := cardinality(v_going);
  v_stored := ${storedUnder(names, 'v_going')};
  ${countStored(names)}
end
`,
  }
}
