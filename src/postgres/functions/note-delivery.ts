import type { Names } from '../names.js'
import { canonicalInbox } from './expressions/contact-inbox-look-up.js'
import { scopeOf } from './expressions/scopes.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `note_delivery(account, message, …)`: tells an outbound message something of its delivery, and asks the customer's
 * watermarks again. Returns whether a host sees a difference. It is the rule of src/model/planning/delivery.ts, which
 * says why; times that nothing is told of are null.
 */
export function noteDelivery({ tables }: Names): SqlFunction {
  return {
    name: 'note_delivery',
    parameters: `p_account text, p_message text, p_accepted timestamptz, p_sent timestamptz, p_delivered timestamptz, p_read timestamptz,
  p_refused timestamptz, p_bounced timestamptz, p_error text`,
    returns: 'boolean',
    attributes: `language plpgsql volatile ${innerFunctionSettings}`,
    body: `
#variable_conflict use_column
declare
  m ${tables.messages};
  n ${tables.messages};
  v_inbox ${tables.contact_inboxes};
  v_received boolean;
  v_failed boolean;
begin
  -- Ids stand in arrays, so that a plan which is made while a table is empty does not take an index by time, and go
  -- through the whole account once the table is full.
  select * into m from ${tables.messages} where account_id = p_account and id = any (array(select p_message)) and direction = 'outbound';
  if m.id is null then
    return false;
  end if;
  -- The watermarks of a person are on the head, except where message ids are those of one chat.
  select * into v_inbox from ${tables.contact_inboxes} w where w.account_id = p_account
    and w.id = any (array(select case when scope.canonical_id is null then scope.id else
        (select ${scopeOf('head', 'scope.id')} from (${canonicalInbox(tables, 'scope')}) head) end
      from ${tables.contact_inboxes} scope where scope.account_id = p_account and scope.id = any (array(select m.contact_inbox_id))));
  n := m;
  n.accepted_at := greatest(coalesce(m.accepted_at, case when m.local_id is not null then m.sent_at end), p_accepted);
  n.sent_at := least(m.sent_at, p_sent);
  n.delivered_at := least(m.delivered_at, p_delivered);
  n.read_at := least(m.read_at, p_read);
  n.is_marked := m.is_marked and p_delivered is null and p_read is null;
  if not n.is_bounced and p_refused > coalesce(n.failed_at, '-infinity') then
    n.failed_at := p_refused;
    n.error := p_error;
  end if;
  if p_bounced is not null and (not n.is_bounced or n.failed_at is null or p_bounced < n.failed_at) then
    n.failed_at := p_bounced;
    n.error := p_error;
    n.is_bounced := true;
  end if;

  v_received := not n.is_marked and (n.delivered_at is not null or n.read_at is not null);
  v_failed := n.failed_at is not null and not v_received and (n.is_bounced or n.accepted_at is null or n.failed_at >= n.accepted_at);
  if v_failed then
    -- A watermark says nothing of a message that failed.
    n.delivered_at := null;
    n.read_at := null;
  else
    n.delivered_at := coalesce(n.delivered_at, case when v_inbox.delivered_up_to >= n.sent_at then v_inbox.delivered_up_to_at end);
    n.read_at := coalesce(n.read_at, case when v_inbox.read_up_to >= n.sent_at then v_inbox.read_up_to_at end);
  end if;
  n.is_marked := not v_received and (n.delivered_at is not null or n.read_at is not null);
  n.accepted_at := nullif(n.accepted_at, n.sent_at);
  n.status := case when v_failed then 'failed' when n.read_at is not null then 'read' when n.delivered_at is not null then 'delivered'
                   when n.sent_at is not null then 'sent' else 'pending' end;
  if n is not distinct from m then
    return false;
  end if;
  update ${tables.messages} set status = n.status, sent_at = n.sent_at, accepted_at = n.accepted_at, delivered_at = n.delivered_at,
    read_at = n.read_at, is_marked = n.is_marked, failed_at = n.failed_at, is_bounced = n.is_bounced, error = n.error
  where account_id = p_account and id = any (array(select p_message));
  return (n.status, n.sent_at, n.delivered_at, n.read_at, n.failed_at, n.error)
    is distinct from (m.status, m.sent_at, m.delivered_at, m.read_at, m.failed_at, m.error);
end
`,
  }
}
