import { expressionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/** Merges lists of `[sender, emoji or null, ms]`. A reaction replaces its sender's kept one if it is not older. */
export function mergedReactions(): SqlFunction {
  return {
    name: 'merged_reactions',
    parameters: 'p_kept jsonb, p_more jsonb',
    returns: 'jsonb',
    attributes: `language sql immutable ${expressionSettings}`,
    body: `
  select coalesce(jsonb_agg(r order by n), '[]'::jsonb) from (
    select distinct on (r->>0) r, n
    from jsonb_array_elements(p_kept || p_more) with ordinality x(r, n)
    order by r->>0, (r->>2)::double precision desc, n desc) latest
`,
  }
}
