import type { Names } from '../names.js'
import { newsSince } from './expressions/news-since.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `messages_since(account, merge)`: how many messages have come into the kept conversation under the ids of the lost
 * one's customer since the merge. Null for a merge that linked nobody.
 */
export function messagesSince(names: Names): SqlFunction {
  return {
    name: 'messages_since',
    parameters: 'p_account text, p_merge text',
    returns: 'integer',
    attributes: `language plpgsql stable ${functionSettings}`,
    body: `
#variable_conflict use_column
begin
  return (select case when r.links is not null then (select count(*) from ${newsSince(names, 'p_account', 'r')} and e.type = 'message') end
    from ${names.tables.conversation_merges} r where r.account_id = p_account and r.id = p_merge);
end
`,
  }
}
