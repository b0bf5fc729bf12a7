import { removedByOneWrite } from '../../model/limits.js'
import type { Names } from '../names.js'
import { dropEvents } from './expressions/dropped.js'
import { waitingLimit } from './expressions/waiting.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `drop_overdue(account, inboxes, now)`: drops what has waited too long under the scopes of one customer, the longest
 * first, and counts it there. The caller holds the lock of the customer's head.
 */
export function dropOverdue(names: Names): SqlFunction {
  const events = names.tables.contact_interaction_events
  return {
    name: 'drop_overdue',
    parameters: 'p_account text, p_inboxes text[], p_now timestamptz',
    returns: 'void',
    attributes: `language plpgsql volatile ${innerFunctionSettings}`,
    body: `
begin
  ${dropEvents(
    names,
    `select overdue.id from unnest(p_inboxes) s(id)
      cross join lateral (select w.created_at, w.id from ${events} w
        where w.account_id = p_account and w.contact_inbox_id = s.id and w.conversation_id is null and w.created_at <= ${waitingLimit}
        order by w.created_at, w.id limit ${removedByOneWrite}) overdue
      order by overdue.created_at, overdue.id limit ${removedByOneWrite}`,
  )};
end
`,
  }
}
