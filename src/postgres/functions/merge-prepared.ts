import type { Names } from '../names.js'
import { databaseMilliseconds } from '../operation-marks.js'
import { sendAgain } from './expressions/bulk-locks.js'
import { isLocked, lockBoth, lockHeads, rivalOf } from './expressions/merge-locks.js'
import { hasNoRoom, leaveOutDoubles, livelinessOf } from './expressions/merged-parts.js'
import { parameterNow } from './expressions/times.js'
import { isTimeWithin } from './expressions/value-checks.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * Makes one conversation of two: src/model/planning/merge-conversations.ts has the rules. Returns no row if there is no
 * such conversation. `outcome` is `merged` or `unchanged`, and `other_id` the merge, or it is `same`, `conflict`
 * (`expected` is the version that was), `active`, `username`, `parts`, one of link_refusal's or `unlinked` for a
 * refusal. It is `large` if `prepared` is null and prepare_doubles is to be called first, for the conversation and
 * `other_id`. With `link` the two customers become one person.
 *
 * No row of a message moves, and only those that the merge hides are written. It takes the locks of every write, heads
 * first, so that whoever writes to one of the two is done before it, or finds the merge after it.
 */
export function mergePrepared(names: Names): SqlFunction {
  const { fn, tables } = names
  const find = `v_keep := ${fn('merge_target')}(p_account_id, p_keep, p_keep_oa, p_keep_customer);
  v_lose := ${fn('merge_target')}(p_account_id, p_lose, p_lose_oa, p_lose_customer);`
  const headOf = (contactInbox: string) =>
    `(select coalesce(o.canonical_id, o.id) from ${tables.contact_inboxes} o where o.account_id = p_account_id and o.id = ${contactInbox})`
  return {
    name: 'merge_prepared',
    parameters: `
  p_account_id text, p_keep text, p_keep_oa text, p_keep_customer text, p_lose text, p_lose_oa text, p_lose_customer text,
  p_expected_keep integer, p_expected_lose integer, p_operation_id text, p_now timestamptz,
  p_prepared jsonb, p_link boolean
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
  v_theirs text;
  v_is_linking boolean;
  v_is_livelier boolean;
  v_is_marked boolean;
  v_is_large boolean;
  v_unread integer;
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
  ${lockBoth(names, 'p_account_id', 'v_keep', 'v_lose')};
  if array[v_keep, v_lose] is distinct from v_found or k.id is null or l.id is null
    or not ${isLocked(names, 'k.contact_inbox_id')} or not ${isLocked(names, 'l.contact_inbox_id')} then
    ${sendAgain};
  end if;
  conversation := k;
  if k.id = l.id then
    select r.id, r.lost->>'contact_inbox_id' into other_id, v_theirs from ${tables.conversation_merges} r
    where r.account_id = p_account_id and r.lost_id = p_lose and r.undone_at is null;
    outcome := case when other_id is null then 'same' when p_link and ${headOf('v_theirs')} <> k.contact_inbox_id then 'unlinked' else 'unchanged' end;
    return next;
    return;
  end if;

  v_is_linking := p_link and k.contact_inbox_id <> l.contact_inbox_id;
  v_is_livelier := ${livelinessOf('l.status')} > ${livelinessOf('k.status')};
  if p_expected_keep <> k.version then
    outcome := 'conflict';
    expected := p_expected_keep;
    actual := k.version;
  elsif p_expected_lose <> l.version then
    outcome := 'conflict';
    expected := p_expected_lose;
    actual := l.version;
  elsif v_is_linking then
    select r.outcome, r.other_id into outcome, other_id from ${fn('link_refusal')}(p_account_id, k, l) r;
  end if;
  if outcome is null and v_is_livelier and k.status = 'closed' then
    other_id := ${rivalOf(names, 'k', 'a.customer_id = k.customer_id', 'array[k.id, l.id]')};
    outcome := case when other_id is not null then 'active' end;
    if outcome is null and k.username_key is not null then
      other_id := ${rivalOf(names, 'k', 'a.username_key = k.username_key', 'array[k.id, l.id]')};
      outcome := case when other_id is not null then 'username' end;
    end if;
  end if;
  if outcome is null and ${hasNoRoom('k', 'l')} then
    outcome := 'parts';
  end if;
  if outcome is not null then
    return next;
    return;
  end if;

  v_now := ${parameterNow};
  select d.is_marked, d.unread, d.is_large into v_is_marked, v_unread, v_is_large from ${fn('mark_doubles')}(p_account_id, k, l, p_operation_id, p_prepared) d;
  if v_is_large then
    outcome := 'large';
    other_id := l.id;
    return next;
    return;
  end if;
  perform ${fn('hold_conversation')}(p_account_id, k, l, p_operation_id, v_is_linking or k.contact_inbox_id = l.contact_inbox_id, 1, v_now);
  if v_is_marked then
    ${leaveOutDoubles(names, 'p_account_id', 'k.id')};
  end if;
  if v_is_linking then
    perform ${fn('link_people')}(p_account_id, k, l, p_operation_id, v_now, ${databaseMilliseconds});
  end if;
  select * into conversation from ${tables.conversations} x where x.account_id = p_account_id and x.id = k.id;
  outcome := 'merged';
  other_id := p_operation_id;
  return next;
end
`,
  }
}
