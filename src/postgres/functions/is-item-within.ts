import { isAnyItem } from './expressions/payload-limits.js'
import { expressionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/** `is_item_within(item, is_single)`: whether an item, or the payload of a single call, is certainly as docs/sql.md says. */
export function isItemWithinFunction(): SqlFunction {
  return {
    name: 'is_item_within',
    parameters: 'p_item jsonb, p_is_single boolean',
    returns: 'boolean',
    attributes: `language plpgsql immutable ${expressionSettings}`,
    body: `
begin
  if p_is_single then
    return ${isAnyItem('p_item', true)};
  end if;
  return ${isAnyItem('p_item', false)};
end
`,
  }
}
