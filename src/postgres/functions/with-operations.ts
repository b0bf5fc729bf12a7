import { marks } from './expressions/operations.js'
import { expressionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/** A row's operations with several more, none of which it remembers, in the order in which they were applied. */
export function withOperations(): SqlFunction {
  return {
    name: 'with_operations',
    parameters: 'p_operations bigint[], p_added text[], p_outcome text, p_server_ms bigint',
    returns: 'bigint[]',
    attributes: `language plpgsql immutable ${expressionSettings}`,
    body: `
declare
  v_operation text;
begin
  foreach v_operation in array p_added loop
    p_operations := ${marks.with('p_operations', 'v_operation', 'p_outcome', 'p_server_ms')};
  end loop;
  return p_operations;
end
`,
  }
}
