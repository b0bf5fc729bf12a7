import type { Names } from '../names.js'
import { horizonOf, isShown } from './expressions/merged-parts.js'
import { countsAsUnread, intoEvents, liveKey } from './expressions/messages.js'
import { markedOnce } from './expressions/operations.js'
import { inOrderOf } from './expressions/scopes.js'
import { countedAt, replyWindow } from './expressions/times.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

const inOrder = inOrderOf('p_scopes', 'contact_inbox_id')

/**
 * `turn_live(…, event, chosen, …)`: lets the message of a live event that history brought come live. The message stays
 * where it is, and counts as unread there if it lies past the read horizon. The conversation `chosen`, to which the
 * item goes, is told that something came in now. Returns the conversation whose customer may wait since the message.
 */
export function turnLive(names: Names): SqlFunction {
  const { fn, tables } = names
  const window = replyWindow({
    channel: 'c.channel',
    inboundAt: 'v_at',
    lastInboundAt: 'c.last_inbound_at',
    windowExpiresAt: 'c.window_expires_at',
  })
  return {
    name: 'turn_live',
    parameters:
      'p_account text, p_scope text, p_scopes text[], p_own text, p_event jsonb, p_chosen text, p_operation text, p_now timestamptz, p_server_ms bigint',
    returns: 'text[]',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_occurred_at constant timestamptz(3) := (p_event->>'occurred_at')::timestamptz;
  v_at constant timestamptz(3) := ${countedAt('v_occurred_at')};
  v_message ${tables.messages};
  v_conversation ${tables.conversations};
  v_told text[] := '{}';
begin
  select * into v_message from ${tables.messages} where account_id = p_account and contact_inbox_id = any (p_scopes) and message_id = p_event->>'message_id'
  order by ${inOrder} limit 1;
  if v_message.id is null then
    select * into v_message from ${tables.messages} where account_id = p_account and contact_inbox_id = any (p_scopes) and local_id = p_event->>'local_id'
    order by ${inOrder} limit 1;
  end if;
  -- A link of the same item may have made it one with the host's reply, which is live.
  if v_message.is_history is not true then
    return '{}';
  end if;
  select * into v_conversation from ${tables.conversations} where account_id = p_account and id = v_message.conversation_id for no key update;
  if v_conversation.id is null then
    v_conversation := ${fn('kept_conversation')}(p_account, v_message.conversation_id);
  end if;
  update ${tables.messages} set is_history = null, is_silent = null where account_id = p_account and id = v_message.id;
  ${intoEvents(names)}
  select p_account, coalesce(p_event->>'id', ${fn('new_row_id')}()), p_scope, nullif(p_own, p_scope), c.id, c.last_event_seq + 1, 'message_live', null,
    v_message.message_id, v_message.local_id, coalesce(p_event->>'sender_id', case when not p_event ? 'sender_type' and coalesce(p_event->>'direction', 'inbound') = 'inbound' then o.customer_id end),
    v_message.direction, null, ${liveKey('v_message.message_id', 'v_message.local_id')}, p_operation, v_occurred_at, p_now
  from ${tables.conversations} c, ${tables.contact_inboxes} o
  where c.account_id = p_account and c.id = v_conversation.id and o.account_id = p_account and o.id = p_own;
  if v_message.seq > ${horizonOf('v_conversation', 'v_message')} and v_message.direction = 'inbound' and not (${countsAsUnread('v_message')})
    and ${isShown('v_message', 'v_conversation.merged_parts')} then
    update ${tables.conversations} c set last_event_seq = c.last_event_seq + 1, unread_count = c.unread_count + 1, ${markedOnce(names, 'c')}
    where c.account_id = p_account and c.id = v_conversation.id;
  else
    update ${tables.conversations} c set last_event_seq = c.last_event_seq + 1 where c.account_id = p_account and c.id = v_conversation.id;
  end if;
  if v_message.direction = 'inbound' then
    update ${tables.conversations} c set
      status = case when c.status = 'snoozed' then 'open' else c.status end, snoozed_until = null,
      status_changed_at = case when c.status = 'snoozed' then p_now else c.status_changed_at end,
      last_inbound_at = greatest(c.last_inbound_at, v_at), last_activity_at = greatest(c.last_activity_at, v_at), window_expires_at = ${window},
      ${markedOnce(names, 'c')}
    where c.account_id = p_account and c.id = p_chosen
      and (c.status = 'snoozed' or greatest(c.last_inbound_at, v_at) is distinct from c.last_inbound_at or c.last_activity_at < v_at
        or (${window}) is distinct from c.window_expires_at);
  end if;
  if v_message.double_in is not null then
    v_told := ${fn('tell_shown_copy')}(p_account, v_message.id, p_operation, p_now, p_server_ms);
  end if;
  return case when v_message.direction = 'inbound' then v_told || v_message.conversation_id else v_told end;
end
`,
  }
}
