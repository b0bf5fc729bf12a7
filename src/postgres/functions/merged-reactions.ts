import { reactionSenders } from '../../model/limits.js'
import { expressionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/**
 * Merges lists of `[sender, emoji or null, ms]`. A reaction replaces its sender's kept one if it is not older. Of too
 * many senders those with the greatest (ms, sender) are kept.
 */
export function mergedReactions(): SqlFunction {
  return {
    name: 'merged_reactions',
    parameters: 'p_kept jsonb, p_more jsonb',
    returns: 'jsonb',
    attributes: `language sql immutable ${expressionSettings}`,
    body: `
  select coalesce(jsonb_agg(r order by n), '[]'::jsonb) from (
    select r, n from (
      select distinct on (r->>0) r, n
      from jsonb_array_elements(p_kept || p_more) with ordinality x(r, n)
      order by r->>0, (r->>2)::double precision desc, n desc) latest
    order by (r->>2)::double precision desc, (r->>0) collate "C" desc
    limit ${reactionSenders}) kept
`,
  }
}
