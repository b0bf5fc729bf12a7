import { marks } from './expressions/operations.js'
import { expressionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/** A row's operations with one more, unless they contain it already or it is null. */
export function withOperation(): SqlFunction {
  return {
    name: 'with_operation',
    parameters: 'p_operations bigint[], p_operation text, p_outcome text, p_server_ms bigint',
    returns: 'bigint[]',
    attributes: `language sql immutable ${expressionSettings}`,
    body: `
  select case when p_operation is not null and ${marks.unseen('p_operations', 'p_operation')}
    then ${marks.with('p_operations', 'p_operation', 'p_outcome', 'p_server_ms')} else p_operations end
`,
  }
}
