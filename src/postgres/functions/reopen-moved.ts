import type { Names } from '../names.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `reopen_moved(account, closed)`: gives conversations that went back their status from before, where a move has closed
 * them and nobody has touched them since: src/model/planning/part-moved.ts has the rules. `closed` has what their marks
 * say, by their ids. The version is left to the caller.
 */
export function reopenMoved({ tables }: Names): SqlFunction {
  const { conversations } = tables
  const noOther = (same: string) =>
    `(select true from ${conversations} o where o.account_id = p_account and ${same} and o.status <> 'closed' limit 1) is null`
  return {
    name: 'reopen_moved',
    parameters: 'p_account text, p_closed jsonb',
    returns: 'void',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_closed record;
begin
  -- One after the other, because two of them may have been of one person, or have had one username.
  for v_closed in select e.key as id, e.value as mark from jsonb_each(p_closed) e order by e.key collate "C" loop
    update ${conversations} x
       set status = v_closed.mark->>'status', status_changed_at = (v_closed.mark->>'status_changed_at')::timestamptz,
           snoozed_until = (v_closed.mark->>'snoozed_until')::timestamptz, closed_at = null
     where x.account_id = p_account and x.id = v_closed.id and x.status = 'closed' and x.closed_at = (v_closed.mark->>'at')::timestamptz
       and ${noOther('o.contact_inbox_id = x.contact_inbox_id')}
       and (x.username_key is null or ${noOther('o.oa_id = x.oa_id and o.username_key = x.username_key')});
  end loop;
end
`,
  }
}
