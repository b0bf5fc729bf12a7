import type { PostgresDriver } from '../../postgres/drivers.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import type { MigrationSession } from '../../postgres/migrator/migration.js'
import { quote } from '../../postgres/names.js'
import { commonNameField } from '../merge-tables.js'
import type { Conversations } from '../tables.js'
import { literal } from './conditions.js'
import type { MergeContext } from './merge-context.js'
import { oneOf, readOne } from './sessions.js'

/** The column in which hosts have the name of the customer, if this one has it and may write it. */
export function commonNameColumn(driver: PostgresDriver, { schema, name }: Conversations): Promise<string | null> {
  return readOne(
    driver,
    `select (select to_json(a.attname) from pg_catalog.pg_attribute a where a.attrelid = pg_catalog.to_regclass($1::text)
  and a.attname = $2::text and a.attnum > 0 and not a.attisdropped and a.attgenerated = '')::text`,
    [qualified(schema, name), commonNameField],
  )
}

interface Group {
  /** The condition of the group, with the alias `c`, and its values. */
  readonly meant: string
  readonly values: readonly unknown[]
  readonly kept: readonly string[]
}

/**
 * Gives the conversation that is kept the name of the customer that the double has which was active last of those that
 * have one, if it has none itself. The archive keeps which double it was, and the name.
 */
export async function nameKept(context: MergeContext, { meant, values, kept }: Group, session: MigrationSession): Promise<void> {
  const { tables, key, archive, nameColumn } = context
  if (nameColumn === null) return
  const { conversations: table } = tables
  const from = qualified(table.schema, table.name)
  const name = quote(nameColumn)
  const isKept = (place: number) => `(${key.of('c')}) = ${key.row(`$${place}::text::json`)}`
  const at = values.length + 1
  const activity = table.activityAt === null ? '' : `c.${quote(table.activityAt)} desc nulls last, `
  const source = await oneOf<readonly string[] | null>(
    session,
    `select (select ${key.json('c')} from ${from} c where ${meant} and not ${isKept(at)} and c.${name} is not null
  and exists (select from ${from} c where ${isKept(at)} and c.${name} is null) order by ${activity}${key.of('c', ' desc')} limit 1)::text`,
    [...values, JSON.stringify(kept)],
  )
  if (source === null) return
  await session.query(
    `with named as (update ${from} c set ${name} = s.name from (select c.${name} as name from ${from} c where ${isKept(1)}) s where ${isKept(2)} returning s.name)
insert into ${archive} (from_table, id, reason, kept_id, document)
select $3::text, $1::text, 'named', $2::text, json_build_object(${literal(nameColumn)}, n.name) from named n`,
    [JSON.stringify(source), JSON.stringify(kept), table.name],
  )
}

interface Merged {
  readonly id: readonly string[]
  readonly kept: readonly string[]
}

/** Takes the name away again that came from a double which is brought back, unless somebody has changed it since. */
export async function nameBack(context: MergeContext, { id, kept }: Merged, session: MigrationSession): Promise<void> {
  const { tables, key, archive, nameColumn } = context
  if (nameColumn === null) return
  const { schema, name: table } = tables.conversations
  const into = qualified(schema, table)
  const name = quote(nameColumn)
  await session.query(
    `with given as (delete from ${archive} a where a.reason = 'named' and a.from_table = $1::text and a.id = $2::text and a.kept_id = $3::text
  returning a.document)
update ${into} c set ${name} = null from given g cross join lateral pg_catalog.json_populate_record(null::${into}, g.document) r
where (${key.of('c')}) = ${key.row('$3::text::json')} and c.${name}::text = r.${name}::text`,
    [table, JSON.stringify(id), JSON.stringify(kept)],
  )
}
