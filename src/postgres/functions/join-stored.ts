import type { Names } from '../names.js'
import { waitingLimit } from './expressions/waiting.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/** The greater of two watermarks, with its time. */
function greaterWatermark(upTo: string): string {
  return `${upTo} = greatest(w.${upTo}, l.${upTo}), ${upTo}_at = case when l.${upTo} > coalesce(w.${upTo}, '-infinity') then l.${upTo}_at else w.${upTo}_at end`
}

/**
 * `join_stored(account, winner, loser, ours, theirs, is_turned, now, server_ms)`: makes what is stored under the scopes
 * of two groups what it would be if they had been one from the start: the greater watermarks hold for both, a message
 * that came under both is one, and what waited under one for a message under the other is applied. `theirs` is empty if
 * the loser has nothing stored. Each message of the loser is looked up on the winner's side, or the reverse if it
 * `is_turned`.
 */
export function joinStored({ fn, tables }: Names): SqlFunction {
  const events = tables.contact_interaction_events
  const waiting = `${events} w where w.account_id = p_account and w.contact_inbox_id = any (v_all) and w.conversation_id is null and w.created_at > ${waitingLimit}`
  return {
    name: 'join_stored',
    parameters:
      'p_account text, p_winner text, p_loser text, p_ours text[], p_theirs text[], p_is_turned boolean, p_now timestamptz, p_server_ms bigint',
    returns: 'void',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_all constant text[] := p_ours || p_theirs;
  v_head ${tables.contact_inboxes};
  v_double record;
  v_messages text[];
  v_locals text[];
begin
  update ${tables.contact_inboxes} w set ${greaterWatermark('delivered_up_to')}, ${greaterWatermark('read_up_to')}
  from ${tables.contact_inboxes} l
  where l.account_id = p_account and l.id = p_loser and w.account_id = p_account and w.id = p_winner
  returning w.* into v_head;
  if coalesce(v_head.delivered_up_to, v_head.read_up_to) is not null then
    update ${tables.messages} m set
      delivered_at = case when m.sent_at <= v_head.delivered_up_to then coalesce(m.delivered_at, v_head.delivered_up_to_at) else m.delivered_at end,
      read_at = case when m.sent_at <= v_head.read_up_to then coalesce(m.read_at, v_head.read_up_to_at) else m.read_at end,
      is_marked = m.is_marked or m.delivered_at is null and m.read_at is null,
      status = case when m.read_at is not null or m.sent_at <= v_head.read_up_to then 'read' else 'delivered' end
    where m.account_id = p_account and m.contact_inbox_id = any (v_all) and m.direction = 'outbound' and m.status <> 'failed'
      and m.sent_at <= greatest(v_head.delivered_up_to, v_head.read_up_to) and (m.delivered_at is null or m.read_at is null)
      and (m.delivered_at is null and m.sent_at <= v_head.delivered_up_to or m.read_at is null and m.sent_at <= v_head.read_up_to);
  end if;
  if p_theirs = '{}' then
    return;
  end if;

  for v_double in ${doubles(tables.messages, 'message_id')} loop
    perform ${fn('fold_message')}(p_account, v_double.kept, v_double.dropped, null, p_now, p_server_ms);
  end loop;
  -- Two replies that both have an id of the channel stay two, whatever the host called them.
  for v_double in ${doubles(tables.messages, 'local_id', '(k.message_id is null or m.message_id is null)')} loop
    perform ${fn('fold_message')}(p_account, v_double.kept, v_double.dropped, null, p_now, p_server_ms);
  end loop;
  delete from ${events} e
  where e.account_id = p_account and e.id = any (array(
    select case when p_is_turned then k.id else m.id end from ${events} m
    cross join lateral (select k.id from ${events} k
      where k.account_id = p_account and k.contact_inbox_id = any (case when p_is_turned then p_theirs else p_ours end) and k.message_id = m.message_id limit 1) k
    where m.account_id = p_account and m.contact_inbox_id = any (case when p_is_turned then p_ours else p_theirs end) and m.message_id is not null));

  select array_agg(distinct w.target_message_id) filter (where w.target_message_id is not null), array_agg(distinct w.local_id) filter (where w.local_id is not null)
  into v_messages, v_locals from ${waiting};
  if v_messages is not null or v_locals is not null then
    perform ${fn('apply_waiting')}(p_account, p_winner, v_all,
      array(select w.id from unnest(v_messages) w(id) where (select true from ${tables.messages} m
        where m.account_id = p_account and m.contact_inbox_id = any (v_all) and m.message_id = w.id limit 1)),
      array(select w.id from unnest(v_locals) w(id) where (select true from ${tables.messages} m
        where m.account_id = p_account and m.contact_inbox_id = any (v_all) and m.local_id = w.id limit 1)),
      null, null, p_now, p_server_ms);
  end if;
end
`,
  }
}

/** The pairs of messages with one id under both sides: the one that stays, which is ours, and the one that goes. */
function doubles(messages: string, id: 'message_id' | 'local_id', condition = 'true'): string {
  return `select case when p_is_turned then m.id else k.id end as kept, case when p_is_turned then k.id else m.id end as dropped
    from ${messages} m
    cross join lateral (select k.id, k.message_id from ${messages} k
      where k.account_id = p_account and k.contact_inbox_id = any (case when p_is_turned then p_theirs else p_ours end) and k.${id} = m.${id} limit 1) k
    where m.account_id = p_account and m.contact_inbox_id = any (case when p_is_turned then p_ours else p_theirs end) and m.${id} is not null and ${condition}`
}
