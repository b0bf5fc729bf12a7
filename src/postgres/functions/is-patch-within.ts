import { isAnyPatch } from './expressions/payload-limits.js'
import { expressionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/** `is_patch_within(patch)`: whether a patch is certainly as docs/sql.md says. */
export function isPatchWithinFunction(): SqlFunction {
  return {
    name: 'is_patch_within',
    parameters: 'p_patch jsonb',
    returns: 'boolean',
    attributes: `language plpgsql immutable ${expressionSettings}`,
    body: `
begin
  return ${isAnyPatch('p_patch')};
end
`,
  }
}
