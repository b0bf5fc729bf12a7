import { mergedParts } from '../../model/limits.js'
import type { Names } from '../names.js'
import { sendAgain } from './expressions/bulk-locks.js'
import { columnsBefore, isLocked, lockHeads, rivalOf } from './expressions/merge-locks.js'
import { livelinessOf } from './expressions/merged-parts.js'
import { parameterNow } from './expressions/times.js'
import { isTimeWithin } from './expressions/value-checks.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * Makes one conversation of two: src/model/planning/merge-conversations.ts has the rules. Returns no row if there is no
 * such conversation. `outcome` is `merged` or `unchanged`, and `other_id` the merge, or it is `same`, `conflict`
 * (`expected` is the version that was), `active`, `username` or `parts` for a refusal.
 *
 * No row of a message moves. It takes the locks of every write, heads first, so that whoever writes to one of the two
 * is done before it, or finds the merge after it.
 */
export function mergeConversations(names: Names): SqlFunction {
  const { fn, tables } = names
  const before = columnsBefore.map((column) => `'${column}', k.${column}`).join(', ')
  const find = `v_keep := ${fn('merge_target')}(p_account_id, p_keep, p_keep_oa, p_keep_customer);
  v_lose := ${fn('merge_target')}(p_account_id, p_lose, p_lose_oa, p_lose_customer);`
  return {
    name: 'merge_conversations',
    parameters: `
  p_account_id text, p_keep text, p_keep_oa text, p_keep_customer text, p_lose text, p_lose_oa text, p_lose_customer text,
  p_expected_keep integer, p_expected_lose integer, p_operation_id text, p_now timestamptz
`,
    returns: `table (outcome text, other_id text, expected integer, actual integer, conversation ${tables.conversations})`,
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_variable
declare
  v_keep text;
  v_lose text;
  v_found text[];
  v_heads text[];
  v_merge ${tables.conversation_merges}%rowtype;
  k ${tables.conversations}%rowtype;
  l ${tables.conversations}%rowtype;
  v_now timestamptz(3);
  v_parts jsonb;
  v_is_shown boolean;
  v_is_livelier boolean;
begin
  if not (${isTimeWithin('p_now')}) then
    raise exception 'now: must be of the years 1 to 9999' using errcode = '22023';
  end if;
  select * into v_merge from ${tables.conversation_merges} r where r.account_id = p_account_id and r.id = p_operation_id;
  if v_merge.id is not null then
    outcome := 'merged';
    other_id := v_merge.id;
    conversation := ${fn('kept_conversation')}(p_account_id, v_merge.kept_id);
    return next;
    return;
  end if;
  ${find}
  if v_keep is null or v_lose is null then
    return;
  end if;
  v_found := array[v_keep, v_lose];
  ${lockHeads(names, `array(select c.contact_inbox_id from ${tables.conversations} c where c.account_id = p_account_id and c.id = any (v_found))`)};
  ${find}
  perform true from (select w.id from unnest(array[v_keep, v_lose]) w(id) order by w.id) wanted
  cross join lateral (select true from ${tables.conversations} x where x.account_id = p_account_id and x.id = wanted.id for no key update) held;
  select * into k from ${tables.conversations} x where x.account_id = p_account_id and x.id = v_keep;
  select * into l from ${tables.conversations} x where x.account_id = p_account_id and x.id = v_lose;
  if array[v_keep, v_lose] is distinct from v_found or k.id is null or l.id is null
    or not ${isLocked(names, 'k.contact_inbox_id')} or not ${isLocked(names, 'l.contact_inbox_id')} then
    ${sendAgain};
  end if;
  conversation := k;
  if k.id = l.id then
    select r.id into other_id from ${tables.conversation_merges} r where r.account_id = p_account_id and r.lost_id = p_lose and r.undone_at is null;
    outcome := case when other_id is null then 'same' else 'unchanged' end;
    return next;
    return;
  end if;

  v_is_livelier := ${livelinessOf('l.status')} > ${livelinessOf('k.status')};
  if p_expected_keep <> k.version then
    outcome := 'conflict';
    expected := p_expected_keep;
    actual := k.version;
  elsif p_expected_lose <> l.version then
    outcome := 'conflict';
    expected := p_expected_lose;
    actual := l.version;
  elsif v_is_livelier and k.status = 'closed' then
    other_id := ${rivalOf(names, 'k', 'a.customer_id = k.customer_id', 'array[k.id, l.id]')};
    outcome := case when other_id is not null then 'active' end;
    if outcome is null and k.username_key is not null then
      other_id := ${rivalOf(names, 'k', 'a.username_key = k.username_key', 'array[k.id, l.id]')};
      outcome := case when other_id is not null then 'username' end;
    end if;
  end if;
  if outcome is null and coalesce(jsonb_array_length(k.merged_parts), 0) + coalesce(jsonb_array_length(l.merged_parts), 0) >= ${mergedParts} then
    outcome := 'parts';
  end if;
  if outcome is not null then
    return next;
    return;
  end if;

  v_now := ${parameterNow};
  v_parts := jsonb_build_array(jsonb_build_object('id', l.id, 'merge_id', p_operation_id, 'by', p_operation_id, 'seq_base', k.last_seq,
    'event_base', k.last_event_seq, 'last_seq', l.last_seq, 'last_event_seq', l.last_event_seq, 'read_seq', l.read_seq));
  v_parts := coalesce(k.merged_parts, '[]') || v_parts || coalesce((select jsonb_agg(s.part || jsonb_build_object('by', p_operation_id,
      'seq_base', (s.part->>'seq_base')::integer + k.last_seq, 'event_base', (s.part->>'event_base')::integer + k.last_event_seq) order by s.n)
    from jsonb_array_elements(l.merged_parts) with ordinality s(part, n)), '[]');
  v_is_shown := l.last_message_at is not null and (k.last_message_at is null or l.last_message_at >= k.last_message_at);
  insert into ${tables.conversation_merges} (account_id, id, kept_id, lost_id, lost, before, created_at)
  values (p_account_id, p_operation_id, k.id, l.id, to_jsonb(l), jsonb_build_object(${before}), v_now);
  update ${tables.conversation_merges} r set kept_id = k.id
  where r.account_id = p_account_id and r.kept_id = l.id and r.undone_at is null;
  delete from ${tables.conversations} x where x.account_id = p_account_id and x.id = l.id;
  update ${tables.conversations} x
     set version = k.version + 1, updated_at = v_now, merged_parts = v_parts, last_seq = k.last_seq + l.last_seq,
         last_event_seq = k.last_event_seq + l.last_event_seq, unread_count = k.unread_count + l.unread_count,
         last_activity_at = greatest(k.last_activity_at, l.last_activity_at),
         last_message_at = case when v_is_shown then l.last_message_at else k.last_message_at end,
         last_message_preview = case when v_is_shown then l.last_message_preview else k.last_message_preview end,
         last_message_row_id = case when v_is_shown then l.last_message_row_id else k.last_message_row_id end,
         status = case when v_is_livelier then l.status else k.status end,
         status_changed_at = case when v_is_livelier then v_now else k.status_changed_at end,
         closed_at = case when v_is_livelier then null else k.closed_at end,
         snoozed_until = case when v_is_livelier then l.snoozed_until else k.snoozed_until end,
         -- Another customer's message lets nobody answer this one.
         last_inbound_at = case when k.contact_inbox_id = l.contact_inbox_id then greatest(k.last_inbound_at, l.last_inbound_at) else k.last_inbound_at end,
         window_expires_at = case when k.contact_inbox_id = l.contact_inbox_id then greatest(k.window_expires_at, l.window_expires_at) else k.window_expires_at end,
         operations = ${fn('joined_operations')}(k.operations, l.operations)
   where x.account_id = p_account_id and x.id = k.id;
  perform ${fn('settle_wait')}(p_account_id, array[k.id], null, v_now, 0);
  select * into conversation from ${tables.conversations} x where x.account_id = p_account_id and x.id = k.id;
  outcome := 'merged';
  other_id := p_operation_id;
  return next;
end
`,
  }
}
