import type { Names } from '../names.js'
import { marks } from './expressions/operations.js'
import { parameterNow } from './expressions/times.js'
import { isTimeWithin } from './expressions/value-checks.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * Lets what comes to an inbox land in another one, or in itself again. It locks both rows, in the order of `oa_id`. Two
 * calls that would make a chain or a circle share an inbox, so the second one finds what the first has made. The lock
 * is one that waits for whoever holds the inbox while they make a customer known to it.
 *
 * `outcome` is null if the inbox is as it was asked to be, and else says why it is not: `forgotten`, `missing`,
 * `destination redirects` or `source is a destination`. With the last two `other` is the inbox that is in the way.
 */
export function redirectInbox({ tables }: Names): SqlFunction {
  return {
    name: 'redirect_inbox',
    parameters: 'p_account_id text, p_oa_id text, p_to text, p_operation_id text, p_resent_after bigint, p_now timestamptz',
    returns: `table (outcome text, other text, inbox ${tables.inboxes})`,
    attributes: `language plpgsql volatile ${innerFunctionSettings}`,
    body: `
#variable_conflict use_variable
declare
  b ${tables.inboxes}%rowtype;
  d ${tables.inboxes}%rowtype;
  v_now timestamptz;
begin
  perform true from ${tables.inboxes} i where i.account_id = p_account_id and i.oa_id = any (array[p_oa_id, p_to]) order by i.oa_id for update;
  select i.* into b from ${tables.inboxes} i where i.account_id = p_account_id and i.oa_id = p_oa_id;
  if not found then
    outcome := 'missing';
  elsif ${marks.outcome('b.operations', 'p_operation_id')} is not null then
    outcome := null;
  elsif p_resent_after is not null and ${marks.forgotten('b.operations', 'p_resent_after')} then
    outcome := 'forgotten';
  elsif b.redirected_to is distinct from p_to then
    if p_to is not null then
      select i.* into d from ${tables.inboxes} i where i.account_id = p_account_id and i.oa_id = p_to;
      if d.id is null then
        outcome := 'missing';
      elsif d.redirected_to is not null then
        outcome := 'destination redirects';
        other := d.redirected_to;
      else
        select i.oa_id into other from ${tables.inboxes} i
        where i.account_id = p_account_id and i.redirected_to = p_oa_id order by i.oa_id limit 1;
        outcome := case when other is not null then 'source is a destination' end;
      end if;
    end if;
    if outcome is null then
      v_now := ${parameterNow};
      if not (${isTimeWithin('v_now')}) then
        raise exception 'now: must be of the years 1 to 9999' using errcode = '22023';
      end if;
      update ${tables.inboxes} i
         set redirected_to = p_to, redirect_ended_at = case when b.redirected_to is null then b.redirect_ended_at else clock_timestamp() end, updated_at = v_now, operations = ${marks.with('b.operations', 'p_operation_id', "'updated'")}
       where i.account_id = p_account_id and i.id = b.id
      returning i.* into b;
    end if;
  end if;
  inbox := b;
  return next;
end
`,
  }
}
