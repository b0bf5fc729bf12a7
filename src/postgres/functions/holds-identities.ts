import { hasTime } from './expressions/named-ids.js'
import { expressionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * Whether a person's list has all of the given ids, with their kinds, as current ones that nobody
 * disputes, and of which is known since when.
 */
export function holdsIdentities(): SqlFunction {
  return {
    name: 'holds_identities',
    parameters: 'p_identities jsonb, p_given jsonb',
    returns: 'boolean',
    attributes: `language sql immutable ${expressionSettings}`,
    body: `
  select coalesce(bool_and(exists (select from jsonb_array_elements(p_identities) e
    where e @> (g || '{"former_since": null}') and ${hasTime('e')} and not e ? 'disputed_since')), true)
  from jsonb_array_elements(p_given) g
`,
  }
}
