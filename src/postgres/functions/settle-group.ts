import type { Names } from '../names.js'
import { waitingLimit } from './expressions/waiting.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `settle_group(account, head, now, server_ms)`: applies what each part of a joined group knew of the others' messages:
 * the watermarks hold for the messages of all scopes, and what waited under one id for a message under another, or for
 * a conversation, is applied.
 */
export function settleGroup({ fn, tables }: Names): SqlFunction {
  const waiting = `${tables.contact_interaction_events} w where w.account_id = p_account and w.contact_inbox_id = any (v_head.scopes)
    and w.conversation_id is null and w.created_at > ${waitingLimit}`
  return {
    name: 'settle_group',
    parameters: 'p_account text, p_head text, p_now timestamptz, p_server_ms bigint',
    returns: 'void',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_head ${tables.contact_inboxes};
  v_waits boolean;
  v_hidden text[];
  v_messages text[];
  v_locals text[];
begin
  select * into v_head from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = p_head;
  if coalesce(v_head.delivered_up_to, v_head.read_up_to) is not null then
    with reached as (update ${tables.messages} m set
      delivered_at = case when m.sent_at <= v_head.delivered_up_to then coalesce(m.delivered_at, v_head.delivered_up_to_at) else m.delivered_at end,
      read_at = case when m.sent_at <= v_head.read_up_to then coalesce(m.read_at, v_head.read_up_to_at) else m.read_at end,
      is_marked = m.is_marked or m.delivered_at is null and m.read_at is null,
      status = case when m.read_at is not null or m.sent_at <= v_head.read_up_to then 'read' else 'delivered' end
    where m.account_id = p_account and m.contact_inbox_id = any (v_head.scopes) and m.direction = 'outbound' and m.status <> 'failed'
      and m.sent_at <= greatest(v_head.delivered_up_to, v_head.read_up_to) and (m.delivered_at is null or m.read_at is null)
      and (m.delivered_at is null and m.sent_at <= v_head.delivered_up_to or m.read_at is null and m.sent_at <= v_head.read_up_to)
      returning m.id, m.double_in)
    select array_agg(reached.id) filter (where reached.double_in is not null) into v_hidden from reached;
    perform ${fn('tell_shown_copy')}(p_account, h.id, null, p_now, p_server_ms) from unnest(v_hidden) h(id);
  end if;

  select count(*) > 0, coalesce(array_agg(distinct w.target_message_id) filter (where w.target_message_id is not null), '{}'),
    coalesce(array_agg(distinct w.local_id) filter (where w.local_id is not null), '{}')
  into v_waits, v_messages, v_locals from ${waiting};
  -- All of it is asked in the order of its time. What still lacks its message waits on.
  if v_waits then
    perform ${fn('settle_wait')}(p_account, ${fn('apply_waiting')}(p_account, p_head, v_head.scopes, v_messages, v_locals,
      (select c.id from ${tables.conversations} c where c.account_id = p_account and c.contact_inbox_id = p_head
        order by c.status = 'closed', c.created_at desc, c.id desc limit 1), null, p_now, p_server_ms), null, p_now, p_server_ms);
  end if;
end
`,
  }
}
