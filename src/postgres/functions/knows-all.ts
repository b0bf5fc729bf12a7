import type { Names } from '../names.js'
import { storedMessage } from './expressions/held-as-history.js'
import { eventKey, hasMessageId } from './expressions/messages.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `knows_all(account, scopes, events)`: whether there are events that leave a row, and all of them are known. A message
 * that history brought is news when it comes live.
 */
export function knowsAll(names: Names): SqlFunction {
  const { tables } = names
  const event = `select true from ${tables.contact_interaction_events} known where known.account_id = p_account and known.contact_inbox_id = any (p_scopes)`
  const message = `select true from ${tables.messages} known where known.account_id = p_account and known.contact_inbox_id = any (p_scopes)`
  return {
    name: 'knows_all',
    parameters: 'p_account text, p_scopes text[], p_events jsonb',
    returns: 'boolean',
    attributes: `language plpgsql stable ${functionSettings}`,
    body: `
#variable_conflict use_column
begin
  return coalesce((select bool_and(coalesce(
      e.has_message_id and ((${event} and known.message_id = e.raw->>'message_id' limit 1) or (${message} and known.message_id = e.raw->>'message_id' limit 1))
      or e.raw->>'type' = 'message' and (${message} and known.local_id = e.raw->>'local_id' limit 1)
      or not e.has_message_id and (${event} and known.dedupe_key = e.event_key limit 1), false)
      and not (e.raw->>'type' = 'message' and not coalesce((e.raw->>'history')::boolean, false)
        and coalesce((${storedMessage(names, 'p_scopes', (id) => `e.raw->>'${id}'`)}), false)))
    from (select raw, ${eventKey('raw')} as event_key,
        ${hasMessageId('raw')} as has_message_id
      from jsonb_array_elements(p_events) raw where raw->>'type' not in ('receipt', 'watermark', 'identity_change')) e), false);
end
`,
  }
}
