import { limits } from '../../model/limits.js'
import { expressionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * A person's identities without those that have been former for the longest, if there are too many. Those ids still
 * lead to the person.
 */
export function boundedIdentities(): SqlFunction {
  return {
    name: 'bounded_identities',
    parameters: 'p_identities jsonb',
    returns: 'jsonb',
    attributes: `language sql immutable ${expressionSettings}`,
    body: `
  select jsonb_agg(x.e order by x.n) from (
    select e, n, e->>'former_since' is null as is_current, row_number() over (partition by e->>'former_since' is null order by n) as place
    from jsonb_array_elements(p_identities) with ordinality i(e, n)) x
  where x.is_current or x.place > jsonb_array_length(p_identities) - ${limits.identitiesOfPerson}
`,
  }
}
