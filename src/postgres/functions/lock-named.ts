import type { Names } from '../names.js'
import { lockAny } from './expressions/bulk-locks.js'
import { insertMissing } from './expressions/people.js'
import { functionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * `lock_named(account, oas, customers, given, usernames, now)`: makes the rows of the ids that are not known yet, in
 * the order of their keys and before any lock, and then takes the locks that every write takes. Returns the rows that
 * it made.
 */
export function lockNamed(names: Names): SqlFunction {
  return {
    name: 'lock_named',
    parameters: 'p_account text, v_oas text[], v_customers text[], v_given text[], v_usernames text[], p_now timestamptz',
    returns: 'text[]',
    attributes: `language plpgsql volatile ${functionSettings}`,
    body: `
#variable_conflict use_column
declare
  v_usernames_given constant boolean := exists (select from unnest(v_usernames) u where u is not null);
  v_created text[];
  v_locked text[];
begin
  ${insertMissing(names)}
  ${lockAny(names)}
  return coalesce(v_created, '{}');
end
`,
  }
}
