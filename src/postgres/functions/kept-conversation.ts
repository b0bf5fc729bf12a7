import type { Names } from '../names.js'
import { sendAgain } from './expressions/bulk-locks.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `kept_conversation(account, id)`: locks and returns the conversation, or the one that it was merged into. It is
 * called when a look-up by the id has found nothing. Merges and their undoing hold the locks of the conversations, so
 * each look-up here sees what they left.
 */
export function keptConversation({ tables }: Names): SqlFunction {
  return {
    name: 'kept_conversation',
    parameters: 'p_account text, p_id text',
    returns: tables.conversations,
    attributes: `language plpgsql volatile ${innerFunctionSettings}`,
    body: `
#variable_conflict use_column
declare
  c ${tables.conversations};
  v_kept text;
begin
  for v_attempt in 1..8 loop
    select * into c from ${tables.conversations} where account_id = p_account and id = p_id for no key update;
    if c.id is not null then
      return c;
    end if;
    v_kept := (select r.kept_id from ${tables.conversation_merges} r where r.account_id = p_account and r.lost_id = p_id and r.undone_at is null);
    if v_kept is null then
      return null;
    end if;
    select * into c from ${tables.conversations} where account_id = p_account and id = v_kept for no key update;
    if c.merged_parts @> jsonb_build_array(jsonb_build_object('id', p_id)) then
      return c;
    end if;
  end loop;
  ${sendAgain};
end
`,
  }
}
