import { literal } from '../literal.js'
import type { StepNames } from './schema-step.js'

/**
 * The statement that makes the index of a later step, unless it is there and complete. A step is part of a transaction,
 * so its build keeps writers of the table waiting. A host with a large table can therefore build the index beforehand,
 * concurrently. `createSql` is the statement that makes it.
 */
export function createUnlessBuilt({ fn }: Pick<StepNames, 'fn'>, name: string, createSql: string): string {
  return `do $create_index$
begin
  if not exists (select from pg_catalog.pg_index i where i.indexrelid = pg_catalog.to_regclass(${literal(fn(name))}) and i.indisvalid) then
    execute ${literal(createSql)};
  end if;
end
$create_index$`
}
