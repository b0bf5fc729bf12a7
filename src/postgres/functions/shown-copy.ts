import type { Names } from '../names.js'
import { isShown } from './expressions/merged-parts.js'
import { isChatScoped } from './expressions/scopes.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `shown_copy(account, message)`: the id of the copy that is shown in place of a message, while a merge hides it. It is
 * among the messages of all people whose messages the conversation holds. Null if the message is shown itself.
 */
export function shownCopy({ tables }: Names): SqlFunction {
  return {
    name: 'shown_copy',
    parameters: 'p_account text, p_message text',
    returns: 'text',
    attributes: `language sql stable ${functionSettings}`,
    body: `
  select y.id from ${tables.messages} m
  cross join lateral (select o.* from ${tables.contact_inboxes} o where o.account_id = p_account and o.id = m.contact_inbox_id limit 1) own
  cross join lateral (select h.oa_id from ${tables.contact_inboxes} h where h.account_id = p_account and h.id = coalesce(own.canonical_id, own.id) limit 1) inbox
  cross join lateral (select x.id, x.contact_inbox_id, x.merged_parts from ${tables.conversations} x where x.account_id = p_account and x.id =
    (select r.kept_id from ${tables.conversation_merges} r where r.account_id = p_account and r.lost_id = m.conversation_id and r.undone_at is null)
    union all select x.id, x.contact_inbox_id, x.merged_parts from ${tables.conversations} x where x.account_id = p_account and x.id = m.conversation_id) c
  cross join lateral (select c.contact_inbox_id as id union select x->>'contact_inbox_id' from jsonb_array_elements(c.merged_parts) x) person
  cross join lateral (select o.* from ${tables.contact_inboxes} o where o.account_id = p_account and o.id = person.id limit 1) one
  cross join lateral (select h.* from ${tables.contact_inboxes} h where h.account_id = p_account and h.id = coalesce(one.canonical_id, one.id) limit 1) head
  cross join lateral (select x.* from ${tables.messages} x
    where x.account_id = p_account and x.contact_inbox_id = any (coalesce(head.scopes, array[head.id])) and x.message_id = m.message_id) y
  where m.account_id = p_account and m.id = p_message and m.double_in is not null and not ${isShown('m', 'c.merged_parts')}
    and head.oa_id = inbox.oa_id and not ${isChatScoped('head.channel')} and ${isShown('y', 'c.merged_parts')}
    and (y.conversation_id = c.id or c.merged_parts @> jsonb_build_array(jsonb_build_object('id', y.conversation_id)))
  limit 1
`,
  }
}
