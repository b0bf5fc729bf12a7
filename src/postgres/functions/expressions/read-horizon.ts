import type { Names } from '../../names.js'
import { innerFunctionSettings } from '../function-settings.js'
import type { SqlFunction } from '../sql-function.js'
import { countsAsUnread } from './messages.js'
import { marks } from './operations.js'
import { parameterNow } from './times.js'
import { isTimeWithin } from './value-checks.js'

interface HorizonMove {
  readonly name: string
  /** The parameter that says where the horizon goes, if there is one. */
  readonly parameter?: string
  /** A check of the parameter, as a statement. */
  readonly check?: string
  /** The new horizon of the conversation `c`: the last `seq` that is read. */
  readonly horizon: string
  /** Whether the conversation `c` stays as it is. It may ask for the new horizon, `v_read`. */
  readonly isUnchanged: string
}

/**
 * A function that moves the read horizon of a conversation and counts the unread messages after it. It is a function,
 * because the messages must not be read in the statement that locks: that statement's snapshot is older than the lock
 * and misses messages that another writer has just committed. If there is nothing to change, it finds that without a
 * lock and writes no row. It looks at no message past `last_seq`, which came after the conversation was read.
 */
export function moveReadHorizon({ tables }: Names, move: HorizonMove): SqlFunction {
  return {
    name: move.name,
    parameters: `
  p_account_id text, p_conversation_id text, p_must_be_active boolean,${move.parameter === undefined ? '' : ` ${move.parameter},`}
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
  end if;${move.check === undefined ? '' : `\n  ${move.check}`}
  for v_attempt in 1..2 loop
    if v_attempt = 1 then
      select * into c from ${tables.conversations} x where x.account_id = p_account_id and x.id = p_conversation_id;
    else
      select * into c from ${tables.conversations} x where x.account_id = p_account_id and x.id = p_conversation_id for no key update;
    end if;
    if c.id is null then
      return;
    end if;
    v_read := ${move.horizon};
    outcome := ${marks.outcome('c.operations', 'p_operation_id')};
    if outcome is null and p_resent_after is not null and ${marks.forgotten('c.operations', 'p_resent_after')} then
      outcome := 'forgotten';
    elsif outcome is null and p_must_be_active and c.status = 'closed' and p_resent_after is null then
      outcome := 'superseded';
    elsif outcome is null and p_expected_version <> c.version then
      outcome := 'conflict';
    elsif outcome is null and ${move.isUnchanged} then
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
           where m.account_id = p_account_id and m.conversation_id = c.id and m.seq > v_read and ${countsAsUnread('m')}),
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
