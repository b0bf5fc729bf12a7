import { expressionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

export function withOperation(): SqlFunction {
  return {
    name: 'with_operation',
    parameters: 'p_operations jsonb, p_operation text, p_outcome text, p_server_ms bigint',
    returns: 'jsonb',
    attributes: `language sql immutable ${expressionSettings}`,
    body: `
  select case when p_operations @> jsonb_build_array(jsonb_build_array(p_operation)) then p_operations
              else (case when jsonb_array_length(p_operations) >= 16 then p_operations - 0 else p_operations end)
                   || jsonb_build_array(jsonb_build_array(p_operation, p_outcome, p_server_ms)) end
`,
  }
}
