import { limits } from '../../model/limits.js'
import { expressionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/** A group's identities by (since, id). Of too many, those that were given up first are left out. */
export function sortedIdentities(): SqlFunction {
  return {
    name: 'sorted_identities',
    parameters: 'p_identities jsonb',
    returns: 'jsonb',
    attributes: `language sql immutable ${expressionSettings}`,
    body: `
  select jsonb_agg(kept.e order by (kept.e->>'since')::bigint, (kept.e->>'id') collate "C") from (
    select e from jsonb_array_elements(p_identities) e
    order by e->>'former_since' is not null, coalesce((e->>'former_since')::bigint, 0) desc, (e->>'since')::bigint desc, (e->>'id') collate "C"
    limit ${limits.groupIdentities}) kept
`,
  }
}
