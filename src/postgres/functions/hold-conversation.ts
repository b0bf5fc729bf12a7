import type { Names } from '../names.js'
import { columnsBefore } from './expressions/merge-locks.js'
import { livelinessOf } from './expressions/merged-parts.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `hold_conversation(account, kept, lost, merge, is_one, raised, now)`: lets the one conversation hold the other from
 * now on, as src/model/planning/merge-conversations.ts has the rules. The caller holds the locks of both, and has made
 * sure that there is room. `is_one` tells that both are one customer's, and `raised` how much the version rises: a
 * caller that counts the merge together with other changes gives 0, and raises it later.
 */
export function holdConversation({ fn, tables }: Names): SqlFunction {
  const before = columnsBefore.map((column) => `'${column}', k.${column}`).join(', ')
  return {
    name: 'hold_conversation',
    parameters: `p_account text, k ${tables.conversations}, l ${tables.conversations}, p_merge text, p_is_one boolean, p_raised integer, p_now timestamptz`,
    returns: 'void',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_parts jsonb;
  v_is_shown constant boolean := l.last_message_at is not null and (k.last_message_at is null or l.last_message_at >= k.last_message_at);
  v_is_livelier constant boolean := ${livelinessOf('l.status')} > ${livelinessOf('k.status')};
begin
  v_parts := jsonb_build_array(jsonb_build_object('id', l.id, 'contact_inbox_id', case when p_is_one then k.contact_inbox_id else l.contact_inbox_id end, 'merge_id', p_merge, 'by', p_merge, 'seq_base', k.last_seq,
    'event_base', k.last_event_seq, 'last_seq', l.last_seq, 'last_event_seq', l.last_event_seq, 'read_seq', l.read_seq));
  v_parts := coalesce(k.merged_parts, '[]') || v_parts || coalesce((select jsonb_agg(s.part || jsonb_build_object('by', p_merge,
      'seq_base', (s.part->>'seq_base')::integer + k.last_seq, 'event_base', (s.part->>'event_base')::integer + k.last_event_seq) order by s.n)
    from jsonb_array_elements(l.merged_parts) with ordinality s(part, n)), '[]');
  insert into ${tables.conversation_merges} (account_id, id, kept_id, lost_id, lost, before, created_at)
  values (p_account, p_merge, k.id, l.id, to_jsonb(l), jsonb_build_object(${before}), p_now);
  update ${tables.conversation_merges} r set kept_id = k.id
  where r.account_id = p_account and r.kept_id = l.id and r.undone_at is null;
  delete from ${tables.conversations} x where x.account_id = p_account and x.id = l.id;
  update ${tables.conversations} x
     set version = k.version + p_raised, updated_at = case when p_raised = 0 then k.updated_at else p_now end,
         merged_parts = v_parts, last_seq = k.last_seq + l.last_seq,
         last_event_seq = k.last_event_seq + l.last_event_seq, unread_count = k.unread_count + l.unread_count,
         last_activity_at = greatest(k.last_activity_at, l.last_activity_at),
         last_message_at = case when v_is_shown then l.last_message_at else k.last_message_at end,
         last_message_preview = case when v_is_shown then l.last_message_preview else k.last_message_preview end,
         last_message_row_id = case when v_is_shown then l.last_message_row_id else k.last_message_row_id end,
         status = case when v_is_livelier then l.status else k.status end,
         status_changed_at = case when v_is_livelier then p_now else k.status_changed_at end,
         closed_at = case when v_is_livelier then null else k.closed_at end,
         snoozed_until = case when v_is_livelier then l.snoozed_until else k.snoozed_until end,
         -- Another customer's message lets nobody answer this one, and their name is not this one's.
         customer_name = case when p_is_one then coalesce(k.customer_name, l.customer_name) else k.customer_name end,
         last_inbound_at = case when p_is_one then greatest(k.last_inbound_at, l.last_inbound_at) else k.last_inbound_at end,
         window_expires_at = case when p_is_one then greatest(k.window_expires_at, l.window_expires_at) else k.window_expires_at end,
         operations = ${fn('joined_operations')}(k.operations, l.operations)
   where x.account_id = p_account and x.id = k.id;
  perform ${fn('settle_wait')}(p_account, array[k.id], null, p_now, 0);
end
`,
  }
}
