import type { Names } from '../names.js'
import { marks } from './expressions/operations.js'
import { parameterNow } from './expressions/times.js'
import { isTimeWithin } from './expressions/value-checks.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * Disconnects an inbox and gives up its channel identity. It locks the inbox's row first, as connecting does. The
 * owner's row is looked for by a statement of its own after that: one statement for both would look for it as of before
 * the wait, and leave the row that the call before it wrote. Returns no row for an inbox that is not there.
 */
export function disconnectInbox({ tables }: Names): SqlFunction {
  return {
    name: 'disconnect_inbox',
    parameters: 'p_account_id text, p_oa_id text, p_operation_id text, p_resent_after bigint, p_now timestamptz',
    returns: `table (forgotten boolean, inbox ${tables.inboxes})`,
    attributes: `language plpgsql volatile ${innerFunctionSettings}`,
    body: `
#variable_conflict use_variable
declare
  b ${tables.inboxes}%rowtype;
  v_now timestamptz;
begin
  select i.* into b from ${tables.inboxes} i where i.account_id = p_account_id and i.oa_id = p_oa_id for no key update;
  if not found then
    return;
  end if;
  forgotten := false;
  if ${marks.outcome('b.operations', 'p_operation_id')} is null then
    if p_resent_after is not null and ${marks.forgotten('b.operations', 'p_resent_after')} then
      forgotten := true;
    elsif b.status = 'connected' then
      v_now := ${parameterNow};
      if not (${isTimeWithin('v_now')}) then
        raise exception 'now: must be of the years 1 to 9999' using errcode = '22023';
      end if;
      update ${tables.inboxes} i
         set status = 'disconnected', disconnected_at = v_now, updated_at = v_now,
             operations = ${marks.with('b.operations', 'p_operation_id', "'updated'")}
       where i.account_id = p_account_id and i.id = b.id
      returning i.* into b;
      delete from ${tables.inbox_owners} o where o.account_id = p_account_id and o.channel = b.channel and o.oa_id = p_oa_id;
    end if;
  end if;
  inbox := b;
  return next;
end
`,
  }
}
