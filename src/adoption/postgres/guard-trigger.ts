import { createHash } from 'node:crypto'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import type { MigrationSession } from '../../postgres/migrator/migration.js'
import { quote } from '../../postgres/names.js'
import { activeSql, keyColumns, keySql, literal } from './conditions.js'
import { oneOf } from './sessions.js'
import type { SwapIndexes } from './unique-indexes.js'

/**
 * The statements that make a trigger which refuses further doubles, as a unique index does, while none can be built.
 * Those who write the same key wait for each other, and then look. Under `read committed` each sees what the one before
 * has committed. With `markedOnly` it looks only at the doubles that were marked, which the index over the others does
 * not see. A double that was closed and is opened again, or that gets another key, is a new one: its mark goes, so that
 * the index sees it.
 */
export function guardStatements(indexes: SwapIndexes, which: Marked): readonly string[] {
  const { table, guardName } = indexes
  const into = qualified(table.schema, table.name)
  const name = qualified(table.schema, functionName(indexes))
  const columns = [...keyColumns(table), ...(table.status === null ? [] : [table.status])]
  return [
    `create or replace function ${name}() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $guard$${bodyOf(indexes, which)}$guard$`,
    `drop trigger if exists ${guardName} on ${into}`,
    `create trigger ${guardName} before insert or update of ${columns.map(quote).join(', ')} on ${into} for each row execute function ${name}()`,
  ]
}

interface Marked {
  readonly markedOnly: boolean
}

const longestName = 63

/** Triggers are of their table, and functions of the schema, in which several tables may be guarded at once. */
function functionName({ table, guardName }: SwapIndexes): string {
  const name = `${guardName}_${table.name}`
  if (Buffer.byteLength(name) <= longestName) return name
  return `${guardName}_${createHash('sha256').update(table.name).digest('hex').slice(0, 16)}`
}

function bodyOf({ table, wanted, key, markColumn }: SwapIndexes, { markedOnly }: Marked): string {
  const into = qualified(table.schema, table.name)
  const isActive = (alias: string) => (key.over === 'active' ? activeSql(table, alias) : 'true')
  const same = (one: string, other: string) =>
    keySql(table, one)
      .map((each, at) => `${each} = ${keySql(table, other)[at]}`)
      .join(' and ')
  const keyText = `json_build_array(${keySql(table, 'new.').join(', ')})::text`
  return `
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
`
}

/** Whether the trigger that looks at the marked ones stands, is enabled, and does what this version writes. */
export function hasGuard(session: MigrationSession, indexes: SwapIndexes): Promise<boolean> {
  const { table, guardName } = indexes
  return oneOf<boolean>(
    session,
    `select exists (select from pg_catalog.pg_trigger t join pg_catalog.pg_class c on c.oid = t.tgrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace join pg_catalog.pg_proc p on p.oid = t.tgfoid
  where n.nspname = $1::text and c.relname = $2::text and t.tgname = $3::text and t.tgenabled in ('O', 'A')
    and p.proname = $4::text and p.prosrc = $5::text)::text`,
    [table.schema, table.name, guardName, functionName(indexes), bodyOf(indexes, { markedOnly: true })],
  )
}

export function dropGuardStatements(indexes: SwapIndexes): readonly string[] {
  const { table, guardName } = indexes
  return [
    `drop trigger if exists ${guardName} on ${qualified(table.schema, table.name)}`,
    `drop function if exists ${qualified(table.schema, functionName(indexes))}()`,
    // In a swap that an older version began, the function had the name of the trigger, for all tables of the schema.
    `do $drop$ begin
  drop function if exists ${qualified(table.schema, guardName)}();
exception when dependent_objects_still_exist then null;
end $drop$`,
  ]
}
