import type { Names } from '../names.js'
import { databaseMilliseconds } from '../operation-marks.js'
import { sendAgain } from './expressions/bulk-locks.js'
import { isLocked, lockHeads, rivalOf } from './expressions/merge-locks.js'
import { isShown, livelinessOf, partsOf } from './expressions/merged-parts.js'
import { countsAsUnread } from './expressions/messages.js'
import { newsSince } from './expressions/news-since.js'
import { marks } from './expressions/operations.js'
import { listedAt, parameterNow } from './expressions/times.js'
import { isTimeWithin } from './expressions/value-checks.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/** Every column, so that a restored row lacks none. */
export const conversationColumns = (
  'account_id channel chatbot_id closed_at contact_id contact_inbox_id created_at customer_id customer_name customer_username id is_linked last_activity_at last_answer_at last_event_seq last_inbound_at last_message_at ' +
  'last_message_preview last_message_row_id last_seq merged_parts metadata moved nickname oa_id operations read_seq snoozed_until status status_changed_at unread_count updated_at username_key version waiting_since window_expires_at'
).split(' ')

/**
 * Undoes a merge: src/model/planning/merge-conversations.ts has the rules. Returns no row if there is no such merge,
 * two (the kept and the restored conversation) with the outcome `unmerged` or `unchanged`, and one for a refusal, whose
 * `outcome` is `last`, `linked`, `active`, `username`, `contacts` or `joined`, and whose `other_id` is what is in the
 * way.
 */
export function unmergeConversations(names: Names): SqlFunction {
  const { fn, tables } = names
  const withLatest = (
    row: string,
    before: string,
  ) => `select * into v_shown from ${fn('latest_message')}(p_account_id, ${row}.id, ${row}.merged_parts);
  ${row}.last_message_row_id := v_shown.id;
  ${row}.last_message_preview := ${fn('preview_of')}(v_shown.text, v_shown.attachments);
  ${row}.last_message_at := greatest(${before}.last_message_at, ${listedAt('v_shown')});
  ${row}.last_activity_at := greatest(${before}.last_activity_at, ${listedAt('v_shown')})`
  const restored = (column: string) =>
    `case when k.${column} is not distinct from greatest(b.${column}, l.${column}) then b.${column} else k.${column} end`
  const unreadOf = (row: string) =>
    `(select coalesce(sum(u.unread), 0) from ${partsOf(row)} cross join lateral (select count(*) as unread from ${tables.messages} m
    where m.account_id = p_account_id and m.conversation_id = p.id and m.seq > p.read_seq and ${countsAsUnread('m')} and ${isShown('m', `${row}.merged_parts`)}) u)`
  return {
    name: 'unmerge_conversations',
    parameters: 'p_account_id text, p_merge text, p_operation_id text, p_now timestamptz',
    returns: `table (outcome text, other_id text, conversation ${tables.conversations})`,
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_variable
declare
  v_heads text[];
  v_merge ${tables.conversation_merges}%rowtype;
  k ${tables.conversations}%rowtype;
  l ${tables.conversations}%rowtype;
  b ${tables.conversations}%rowtype;
  h ${tables.contact_inboxes}%rowtype;
  v_shown ${tables.messages}%rowtype;
  v_part jsonb;
  v_now timestamptz(3);
begin
  if not (${isTimeWithin('p_now')}) then
    raise exception 'now: must be of the years 1 to 9999' using errcode = '22023';
  end if;
  select * into v_merge from ${tables.conversation_merges} r where r.account_id = p_account_id and r.id = p_merge;
  if v_merge.id is null then
    return;
  end if;
  l := jsonb_populate_record(null::${tables.conversations}, v_merge.lost);
  if v_merge.undone_at is null then
    ${lockHeads(names, `array(select c.contact_inbox_id from ${tables.conversations} c where c.account_id = p_account_id and c.id = v_merge.kept_id) || l.contact_inbox_id`)};
    select * into k from ${tables.conversations} x where x.account_id = p_account_id and x.id = v_merge.kept_id for no key update;
    select * into v_merge from ${tables.conversation_merges} r where r.account_id = p_account_id and r.id = p_merge for no key update;
  end if;
  if v_merge.undone_at is not null then
    outcome := case when v_merge.undone_by = p_operation_id then 'unmerged' else 'unchanged' end;
    conversation := ${fn('kept_conversation')}(p_account_id, v_merge.kept_id);
    return next;
    conversation := ${fn('kept_conversation')}(p_account_id, v_merge.lost_id);
    return next;
    return;
  end if;
  select * into h from ${tables.contact_inboxes} x where x.account_id = p_account_id
    and x.id = (select coalesce(o.canonical_id, o.id) from ${tables.contact_inboxes} o where o.account_id = p_account_id and o.id = l.contact_inbox_id);
  if k.id is distinct from v_merge.kept_id or not ${isLocked(names, 'k.contact_inbox_id')} or h.id <> all (v_heads) then
    ${sendAgain};
  end if;

  v_part := (select x from jsonb_array_elements(k.merged_parts) x where x->>'merge_id' = p_merge);
  other_id := case when v_part->>'by' = p_merge then k.merged_parts->-1->>'by' else v_part->>'by' end;
  if other_id <> p_merge then
    outcome := 'last';
    return next;
    return;
  end if;
  other_id := null;
  if v_merge.links is not null then
    select r.outcome, r.other_id into outcome, other_id from ${fn('part_refusal')}(p_account_id, v_merge.links) r;
    if outcome is not null then
      return next;
      return;
    end if;
  end if;

  v_now := ${parameterNow};
  b := jsonb_populate_record(null::${tables.conversations}, v_merge.before);
  if ${livelinessOf('l.status')} > ${livelinessOf('b.status')} and k.status = l.status and k.status_changed_at = v_merge.created_at then
    k.status := b.status;
    k.status_changed_at := b.status_changed_at;
    k.snoozed_until := b.snoozed_until;
    k.closed_at := b.closed_at;
  end if;
  k.last_inbound_at := ${restored('last_inbound_at')};
  k.window_expires_at := ${restored('window_expires_at')};
  l.version := l.version + 1;
  l.updated_at := v_now;
  l.read_seq := (v_part->>'read_seq')::integer;
  -- A call by the lost id may have changed the kept conversation, which keeps that call's mark.
  l.operations[1] := greatest(l.operations[1], ${marks.lastAt('k.operations')});
  l.merged_parts := (select jsonb_agg(s.part || jsonb_build_object('read_seq', (x->>'read_seq')::integer) order by s.n)
    from jsonb_array_elements(l.merged_parts) with ordinality s(part, n), jsonb_array_elements(k.merged_parts) x where x->>'id' = s.part->>'id');
  -- The customer's ids may have been linked to another's since. Those that the merge itself has linked part again.
  if v_merge.links is null then
    l.contact_inbox_id := h.id;
    l.customer_id := h.customer_id;
    l.contact_id := coalesce(h.contact_id, l.contact_id);
    l.is_linked := l.is_linked or h.identities is not null;
  end if;
  -- The customer may have moved to another inbox since, where another number's reply window is over.
  if l.oa_id <> h.oa_id then
    l.oa_id := h.oa_id;
    l.channel := h.channel;
    l.window_expires_at := null;
  end if;
  -- Both are one person's by what is known of their ids now, and were, or would be, active beside each other.
  if l.status <> 'closed' and k.contact_inbox_id = l.contact_inbox_id and (k.status <> 'closed' or b.status <> 'closed') then
    l.status := 'closed';
    l.status_changed_at := v_now;
    l.closed_at := v_now;
    l.snoozed_until := null;
  end if;
  if l.status <> 'closed' then
    other_id := coalesce(${backOf(names)}, ${rivalOf(names, 'l', 'a.customer_id = l.customer_id', 'array[k.id, l.id]')});
    outcome := case when other_id is not null then 'active' end;
    if outcome is null and l.username_key is not null then
      other_id := case when k.status <> 'closed' and k.oa_id = l.oa_id and k.username_key = l.username_key then k.id
        else ${rivalOf(names, 'l', 'a.username_key = l.username_key', 'array[k.id, l.id]')} end;
      outcome := case when other_id is not null then 'username' end;
    end if;
    if outcome is not null then
      return next;
      return;
    end if;
  end if;

  if v_merge.links is not null then
    select r.outcome, r.other_id into outcome, other_id from ${fn('unmerge_contacts')}(p_account_id, p_merge, p_operation_id, p_now) r limit 1;
    if outcome in ('not the last', 'joined since') then
      outcome := case outcome when 'joined since' then 'joined' else 'contacts' end;
      return next;
      return;
    end if;
    perform ${fn('part_people')}(p_account_id, v_merge.links, k.id, (select true from ${newsSince(names, 'p_account_id', 'v_merge')} limit 1) is not null,
      p_operation_id, v_now, ${databaseMilliseconds});
    select l.is_linked or x.identities is not null into l.is_linked from ${tables.contact_inboxes} x where x.account_id = p_account_id and x.id = l.contact_inbox_id;
  end if;
  -- Each of the two has its own copies of messages again.
  k.merged_parts := (select jsonb_agg(s.part order by s.n) from jsonb_array_elements(k.merged_parts) with ordinality s(part, n) where s.part->>'by' <> p_merge);
  l.unread_count := ${unreadOf('l')};
  k.unread_count := ${unreadOf('k')};
  ${withLatest('l', 'l')};
  ${withLatest('k', 'b')};
  update ${tables.conversations} x
     set version = k.version + 1, updated_at = v_now, merged_parts = k.merged_parts, unread_count = k.unread_count,
         status = k.status, status_changed_at = k.status_changed_at, snoozed_until = k.snoozed_until, closed_at = k.closed_at,
         last_message_row_id = k.last_message_row_id, last_message_preview = k.last_message_preview, last_message_at = k.last_message_at,
         last_activity_at = k.last_activity_at, last_inbound_at = k.last_inbound_at, window_expires_at = k.window_expires_at
   where x.account_id = p_account_id and x.id = k.id;
  insert into ${tables.conversations} (${conversationColumns.join(', ')})
  values (${conversationColumns.map((column) => `l.${column}`).join(', ')});
  update ${tables.conversation_merges} r set kept_id = l.id
  where r.account_id = p_account_id and r.id = any (array(select x->>'merge_id' from jsonb_array_elements(l.merged_parts) x));
  update ${tables.conversation_merges} r set undone_at = v_now, undone_by = p_operation_id where r.account_id = p_account_id and r.id = p_merge;
  perform ${fn('settle_wait')}(p_account_id, array[k.id, l.id], null, v_now, 0);
  outcome := 'unmerged';
  select * into conversation from ${tables.conversations} x where x.account_id = p_account_id and x.id = k.id;
  return next;
  select * into conversation from ${tables.conversations} x where x.account_id = p_account_id and x.id = l.id;
  return next;
end
`,
  }
}

/** The active one of the conversations that go back to the lost customer, if the merge had linked it. */
function backOf({ tables }: Names): string {
  return `(select c.id from ${tables.conversations} c where c.account_id = p_account_id and c.status <> 'closed'
      and c.id = any (array(select back->>'id' from jsonb_array_elements(v_merge.links->'conversations') back)) limit 1)`
}
