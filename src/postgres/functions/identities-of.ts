import type { Names } from '../names.js'
import { innerFunctionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `identities_of(account, head)`: the ids of a person, as they are when the row that the answer belongs to is written.
 * It is volatile, because the statement that writes that row may have waited for a call that linked ids, and would not
 * see them in its own snapshot.
 */
export function identitiesOfFunction({ tables }: Names): SqlFunction {
  return {
    name: 'identities_of',
    parameters: 'p_account text, p_head text',
    returns: 'jsonb',
    attributes: `language plpgsql volatile ${innerFunctionSettings}`,
    body: `
#variable_conflict use_column
begin
  return (select h.identities from ${tables.contact_inboxes} h where h.account_id = p_account and h.id = p_head);
end
`,
  }
}
