import type { Names } from '../names.js'
import { isCounted } from './expressions/messages.js'
import { marks } from './expressions/operations.js'
import { parameterNow } from './expressions/times.js'
import { isTimeWithin } from './expressions/value-checks.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * Moves the read horizon of a conversation to a message and counts the unread messages after it. This is a function,
 * because the count must not be part of the statement that locks: that statement's snapshot is older than the lock and
 * misses messages that another writer has just committed. If everything was read before, it finds that without a lock
 * and writes no row.
 */
export function markConversationRead({ tables }: Names): SqlFunction {
  return {
    name: 'mark_conversation_read',
    parameters: `
  p_account_id text, p_conversation_id text, p_must_be_active boolean, p_seq integer,
  p_expected_version integer, p_operation_id text, p_resent_after bigint, p_now timestamptz
`,
    returns: `table (outcome text, conversation ${tables.conversations})`,
    attributes: `language plpgsql volatile ${innerFunctionSettings}`,
    body: `
#variable_conflict use_variable
declare
  c ${tables.conversations}%rowtype;
  v_read integer;
begin
  if not (${isTimeWithin('p_now')}) then
    raise exception 'now: must be of the years 1 to 9999' using errcode = '22023';
  end if;
  for v_attempt in 1..2 loop
    if v_attempt = 1 then
      select * into c from ${tables.conversations} x where x.account_id = p_account_id and x.id = p_conversation_id;
    else
      select * into c from ${tables.conversations} x where x.account_id = p_account_id and x.id = p_conversation_id for no key update;
    end if;
    if c.id is null then
      return;
    end if;
    v_read := least(p_seq, c.last_seq);
    outcome := ${marks.outcome('c.operations', 'p_operation_id')};
    if outcome is null and p_resent_after is not null and ${marks.forgotten('c.operations', 'p_resent_after')} then
      outcome := 'forgotten';
    elsif outcome is null and p_must_be_active and c.status = 'closed' and p_resent_after is null then
      outcome := 'superseded';
    elsif outcome is null and p_expected_version <> c.version then
      outcome := 'conflict';
    elsif outcome is null and v_read <= c.read_seq then
      outcome := 'unchanged';
    end if;
    if outcome is not null then
      conversation := c;
      return next;
      return;
    end if;
  end loop;
  update ${tables.conversations} x
     set read_seq = v_read, version = c.version + 1,
         unread_count = (select count(*) from ${tables.messages} m
           where m.account_id = p_account_id and m.conversation_id = c.id and m.seq > v_read and ${isCounted('m')}),
         updated_at = ${parameterNow},
         operations = ${marks.with('c.operations', 'p_operation_id', "'updated'")}
   where x.account_id = p_account_id and x.id = c.id
  returning x.* into c;
  outcome := 'updated';
  conversation := c;
  return next;
end
`,
  }
}
