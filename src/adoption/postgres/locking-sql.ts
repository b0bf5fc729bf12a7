import { literal } from '../../postgres/literal.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import type { LockingTables } from '../locking-types.js'
import { foreignKeysSql, whatStands } from './foreign-keys.js'
import {
  archiveOf,
  countDoublesSql,
  eventIndexes,
  eventIndexStands,
  lockedTables,
  mark,
  markSql,
  removeDoublesSql,
  syncObjects,
  versionColumn,
} from './locking-objects.js'
import { archiveTableSql } from './merge-group.js'

/** The text of `lockingSql`. */
export function lockingSql(options: LockingTables = {}): string {
  const tables = lockedTables(options)
  const { schema, name, events } = tables
  const table = literal(qualified(schema, name))
  const eventTable = qualified(schema, events.name)
  const made = (what: string, exists: string, statements: readonly string[]) => `  if not (${exists}) then
${statements.map((statement) => `    execute ${literal(statement)};`).join('\n')}
    v_added := v_added || ${literal(what)}::text;
  end if;`
  const column = versionColumn(tables)
  return `do $conversation_store$
declare
  v_added text[] := '{}';
  v_type text;
  v_keys text[];
begin
  select pg_catalog.format_type(a.atttypid, a.atttypmod) into v_type from pg_catalog.pg_attribute a
    where a.attrelid = ${table}::pg_catalog.regclass and a.attname = 'version' and a.attnum > 0 and not a.attisdropped;
  if v_type is not null and v_type <> 'integer' then
    raise exception 'the column version of % is of the type %, and must be integer: rename it, and run this again', ${table}, v_type;
  end if;
${made(column.what, column.exists, [...column.create, ...markSql(column)])}
  execute ${literal(archiveTableSql(archiveOf(tables)))};
  v_keys := ${foreignKeysSql({ schema, name: events.name })};
${eventIndexes(tables)
  .map((index) => {
    const full = qualified(schema, index.name)
    const stands = eventIndexStands(tables, index.name)
    const taken = `  if pg_catalog.to_regclass(${literal(full)}) is not null and not ${stands} then
    raise exception '% is not valid, or stands on another table than %: drop it, and run this again', ${literal(full)}, ${literal(eventTable)};
  end if;
`
    // Under the lock, so that no writer brings a double between the look and the deletion.
    const refused = `  if not ${stands} and v_keys <> '{}' then
    lock table ${eventTable} in share row exclusive mode;
    if (${countDoublesSql(tables, index)})::bigint > 0 then
      raise exception 'to take rows out of % needs ${whatStands} %', ${literal(events.name)}, array_to_string(v_keys, ', ');
    end if;
  end if;
`
    return `${taken}${refused}${made(`index ${index.name}`, stands, [
      `lock table ${eventTable} in share row exclusive mode`,
      removeDoublesSql(tables, index),
      `create unique index ${index.name} on ${eventTable} (${index.columns}) where ${index.where}`,
      `comment on index ${full} is ${literal(mark)}`,
    ])}`
  })
  .join('\n')}
${syncObjects(tables)
  .map((object) => made(object.what, object.exists, [...object.create, ...markSql(object)]))
  .join('\n')}
  raise notice 'conversation-store: added %', coalesce(nullif(array_to_string(v_added, ', '), ''), 'nothing, because all of it was there');
end
$conversation_store$;
`
}
