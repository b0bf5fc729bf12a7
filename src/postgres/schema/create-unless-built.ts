import { createIndexSql, qualified } from '../migrator/indexes/index-sql.js'
import type { PostgresIndex } from '../migrator/migration.js'
import { literal } from './sql-literal.js'

/**
 * The statement that makes the index, unless it is there and complete. A step is part of a transaction, so its build
 * keeps writers of the table waiting. A host with a large table can therefore build the index beforehand, concurrently.
 */
export function createUnlessBuilt(schema: string, index: PostgresIndex): string {
  return `do $create_index$
begin
  if not exists (
    select from pg_catalog.pg_index i
    where i.indexrelid = pg_catalog.to_regclass(${literal(qualified(schema, index.name))}) and i.indisvalid
  ) then
    execute ${literal(createIndexSql(schema, index, { concurrently: false }))};
  end if;
end
$create_index$`
}
