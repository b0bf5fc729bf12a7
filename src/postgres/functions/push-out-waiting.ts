import { limits, removedByOneWrite } from '../../model/limits.js'
import type { Names } from '../names.js'
import { dropEvents } from './expressions/dropped.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `push_out_waiting(account, inbox, added)`: drops what lies beyond the newest events that may wait under a scope, and
 * counts it there. It is for a call that has added up to `added` of them, and that holds the lock of the head.
 */
export function pushOutWaiting(names: Names): SqlFunction {
  const events = names.tables.contact_interaction_events
  return {
    name: 'push_out_waiting',
    parameters: 'p_account text, p_inbox text, p_added integer',
    returns: 'void',
    attributes: `language plpgsql volatile ${innerFunctionSettings}`,
    body: `
begin
  ${dropEvents(
    names,
    `select w.id from ${events} w
      where w.account_id = p_account and w.contact_inbox_id = p_inbox and w.conversation_id is null
      order by w.created_at desc, w.id desc offset ${limits.waitingEvents} limit p_added + ${removedByOneWrite}`,
  )};
end
`,
  }
}
