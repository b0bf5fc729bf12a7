import type { Names } from '../names.js'
import { markedOnce } from './expressions/operations.js'
import { waitOf } from './expressions/waits.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `settle_wait(account, conversations, operation, now, server_ms)`: looks anew, by the messages that are there, since
 * when the customers of some conversations wait. An id may be that of one that was merged away. The caller holds their
 * locks. It is asked once for an item, after all of its events, so that what one event does and another takes back is
 * no change. A null operation leaves the versions to the caller.
 */
export function settleWait(names: Names): SqlFunction {
  const { fn, tables } = names
  return {
    name: 'settle_wait',
    parameters: 'p_account text, p_conversations text[], p_operation text, p_now timestamptz, p_server_ms bigint',
    returns: 'void',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  c ${tables.conversations};
  v_id text;
  v_asked_at timestamptz(3);
  v_answer_at timestamptz(3);
begin
  for v_id in select distinct w.id from unnest(p_conversations) w(id) where w.id is not null order by w.id loop
    select * into c from ${tables.conversations} x where x.account_id = p_account and x.id = v_id;
    if c.id is null then
      c := ${fn('kept_conversation')}(p_account, v_id);
    end if;
    ${waitOf(tables.messages, 'p_account', 'c.id', 'c.merged_parts')} into v_asked_at, v_answer_at;
    update ${tables.conversations} x set last_answer_at = v_answer_at
    where x.account_id = p_account and x.id = c.id and x.last_answer_at is distinct from v_answer_at;
    update ${tables.conversations} x set waiting_since = v_asked_at, ${markedOnce(names, 'x')}
    where x.account_id = p_account and x.id = c.id and x.waiting_since is distinct from v_asked_at;
  end loop;
end
`,
  }
}
