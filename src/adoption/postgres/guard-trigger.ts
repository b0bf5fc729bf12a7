import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import { quote } from '../../postgres/names.js'
import { activeSql, keyColumns, keySql, literal } from './conditions.js'
import type { SwapIndexes } from './unique-indexes.js'

/**
 * The statements that make a trigger which refuses further doubles, as a unique index does, while none can be built.
 * Those who write the same key wait for each other, and then look. Under `read committed` each sees what the one before
 * has committed. With `markedOnly` it looks only at the doubles that were marked, which the index over the others does
 * not see. A double that was closed and is opened again, or that gets another key, is a new one: its mark goes, so that
 * the index sees it.
 */
export function guardStatements(
  { table, wanted, key, guardName, markColumn }: SwapIndexes,
  { markedOnly }: { readonly markedOnly: boolean },
): readonly string[] {
  const into = qualified(table.schema, table.name)
  const name = qualified(table.schema, guardName)
  const isActive = (alias: string) => (key.over === 'active' ? activeSql(table, alias) : 'true')
  const same = (one: string, other: string) =>
    keySql(table, one)
      .map((each, at) => `${each} = ${keySql(table, other)[at]}`)
      .join(' and ')
  const columns = [...keyColumns(table), ...(table.status === null ? [] : [table.status])]
  const keyText = `json_build_array(${keySql(table, 'new.').join(', ')})::text`
  return [
    `create or replace function ${name}() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $guard$
begin
  if tg_op = 'UPDATE' and ${isActive('old.')} and ${same('old.', 'new.')} then
    return new;
  end if;${markedOnly ? `\n  new.${quote(markColumn)} := null;` : ''}
  if ${isActive('new.')} and ${keySql(table, 'new.')
    .map((each) => `${each} is not null`)
    .join(' and ')} then
    perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(${keyText}, 7240211));
    if exists (select from ${into} c where ${same('c.', 'new.')} and ${isActive('c.')}${markedOnly ? ` and c.${quote(markColumn)}` : ''}) then
      raise unique_violation using message = 'duplicate key value violates unique constraint ' || ${literal(quote(wanted.name))},
        constraint = ${literal(wanted.name)}, table = ${literal(table.name)}, schema = ${literal(table.schema)};
    end if;
  end if;
  return new;
end
$guard$`,
    `drop trigger if exists ${guardName} on ${into}`,
    `create trigger ${guardName} before insert or update of ${columns.map(quote).join(', ')} on ${into} for each row execute function ${name}()`,
  ]
}

export function dropGuardStatements({ table, guardName }: SwapIndexes): readonly string[] {
  return [
    `drop trigger if exists ${guardName} on ${qualified(table.schema, table.name)}`,
    `drop function if exists ${qualified(table.schema, guardName)}()`,
  ]
}
