import type { Names } from '../names.js'
import { sendAgain } from './expressions/bulk-locks.js'
import { marks } from './expressions/operations.js'
import { parameterNow } from './expressions/times.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * Opens a conversation, which is given by its id or is the latest of a customer. Returns no row if there is none.
 * Otherwise `outcome` is the one of the operation, or `forgotten`, `conflict`, `open`, `active` or `username` for a
 * refusal. `other_id` is the conversation because of which the last two refuse.
 *
 * This is a function, because it takes the locks of every write that makes a conversation active: first the head, and
 * then the conversation, by a statement that sees what the head's lock protects. A conversation from before its
 * customer became an alias opens as the head's, so that the unique index decides between the two.
 */
export function reopenConversation({ tables }: Names): SqlFunction {
  const other = (same: string) => `(select b.id from ${tables.conversations} b
      where b.account_id = p_account_id and b.oa_id = c.oa_id and ${same} and b.status <> 'closed' and b.id <> c.id limit 1)`
  return {
    name: 'reopen_conversation',
    parameters: `
  p_account_id text, p_conversation_id text, p_oa_id text, p_customer_id text,
  p_expected_version integer, p_operation_id text, p_resent_after bigint, p_now timestamptz
`,
    returns: `table (outcome text, other_id text, conversation ${tables.conversations})`,
    attributes: `language plpgsql volatile ${innerFunctionSettings}`,
    body: `
#variable_conflict use_variable
declare
  v_id text := p_conversation_id;
  v_own_id text;
  v_head ${tables.contact_inboxes}%rowtype;
  c ${tables.conversations}%rowtype;
  v_now timestamptz(3);
begin
  if v_id is null then
    select o.id into v_own_id from ${tables.contact_inboxes} o
    where o.account_id = p_account_id and o.oa_id = p_oa_id and o.customer_id = p_customer_id;
  else
    select x.contact_inbox_id into v_own_id from ${tables.conversations} x where x.account_id = p_account_id and x.id = v_id;
  end if;
  select h.* into v_head from ${tables.contact_inboxes} h
  where h.account_id = p_account_id and h.id = (select coalesce(o.canonical_id, o.id) from ${tables.contact_inboxes} o
    where o.account_id = p_account_id and o.id = v_own_id)
  for no key update;
  if v_head.id is null then
    return;
  end if;

  -- From here on no conversation of this head can become active.
  if v_id is null and p_resent_after is not null then
    select r.id into v_id from ${tables.conversations} r
    where r.account_id = p_account_id and r.contact_inbox_id = v_head.id and ${marks.outcome('r.operations', 'p_operation_id')} is not null limit 1;
  end if;
  if v_id is null then
    select l.id into v_id from ${tables.conversations} l
    where l.account_id = p_account_id and l.contact_inbox_id = v_head.id order by l.created_at desc, l.id desc limit 1;
  end if;
  select * into c from ${tables.conversations} x where x.account_id = p_account_id and x.id = v_id for no key update;
  -- During the wait the head may have become an alias of another one, which has its conversations since.
  if v_head.canonical_id is not null or c.id is not null and not exists (select from ${tables.contact_inboxes} o
      where o.account_id = p_account_id and o.id = c.contact_inbox_id and coalesce(o.canonical_id, o.id) = v_head.id) then
    ${sendAgain};
  end if;
  if c.id is null then
    return;
  end if;

  outcome := ${marks.outcome('c.operations', 'p_operation_id')};
  if outcome is null and p_resent_after is not null and ${marks.forgotten('c.operations', 'p_resent_after')} then
    outcome := 'forgotten';
  elsif outcome is null and p_expected_version <> c.version then
    outcome := 'conflict';
  elsif outcome is null and c.status = 'open' then
    outcome := 'open';
  elsif outcome is null and c.status = 'closed' then
    other_id := ${other('b.customer_id = v_head.customer_id')};
    if other_id is not null then
      outcome := 'active';
    else
      other_id := ${other('b.username_key = c.username_key')};
      if other_id is not null then
        outcome := 'username';
      end if;
    end if;
  end if;
  if outcome is not null then
    conversation := c;
    return next;
    return;
  end if;

  v_now := ${parameterNow};
  update ${tables.conversations} x
     set status = 'open', status_changed_at = v_now, updated_at = v_now, closed_at = null, snoozed_until = null, version = c.version + 1,
         contact_inbox_id = v_head.id, customer_id = v_head.customer_id, contact_id = coalesce(v_head.contact_id, c.contact_id),
         operations = ${marks.with('c.operations', 'p_operation_id', "'reopened'")}
   where x.account_id = p_account_id and x.id = c.id
  returning x.* into c;
  outcome := 'reopened';
  conversation := c;
  return next;
end
`,
  }
}
