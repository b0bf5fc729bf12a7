import type { RunConnection } from '../../postgres/migrator/connection.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import { readLiveIndexes } from '../../postgres/migrator/indexes/live-indexes.js'
import { withSettings } from '../../postgres/migrator/indexes/session-settings.js'
import type { MigrationSession, PostgresIndex } from '../../postgres/migrator/migration.js'
import { quote } from '../../postgres/names.js'
import type { AdoptionOptions } from '../options.js'
import type { Conversations } from '../tables.js'
import { buildWatched } from './build-watched.js'
import { passesName } from './passes.js'
import { oneOf } from './sessions.js'
import { changeTable } from './table-changes.js'

/** An index that a swap drops, as it has to be made again. */
export interface DroppedIndex {
  readonly index: PostgresIndex
  /** What follows `unique using index` if it belongs to a constraint. Null if it is an index alone. */
  readonly constraint: string | null
}

/** The indexes that swaps of a table have dropped. They are kept beside the passes. */
export interface DroppedIndexes {
  /** Keeps the indexes with these names. It is called before they are dropped, and once before there are any. */
  keep(session: MigrationSession, names: readonly string[]): Promise<void>
  /** Null if no swap has kept any, not even none. */
  read(session: MigrationSession): Promise<readonly DroppedIndex[] | null>
  forget(session: MigrationSession): Promise<void>
}

/** `passed` is the name of an index that is made again by the same helper, and none that a swap replaces. */
export function droppedIndexes({ schema, name }: Pick<Conversations, 'schema' | 'name'>, passed: string | null = null): DroppedIndexes {
  const table = qualified(schema, passesName)
  const id = passed === null ? `indexes that the swap of ${name} dropped` : `index ${passed} of ${name} that was dropped for a while`
  const read = async (session: MigrationSession) => {
    const exists = await oneOf<boolean>(session, `select (pg_catalog.to_regclass($1::text) is not null)::text`, [table])
    if (!exists) return null
    return oneOf<readonly DroppedIndex[] | null>(session, `select (select state -> 'dropped' from ${table} where id = $1::text)::text`, [
      id,
    ])
  }
  return {
    read,
    async keep(session, names) {
      const before = (await read(session)) ?? []
      const more = names.length === 0 ? [] : await describe(session, schema, name, names)
      const kept = [...before.filter(({ index }) => !names.includes(index.name)), ...more]
      await session.query(
        `insert into ${table} (id, token, state) values ($1::text, 0, jsonb_build_object('dropped', $2::text::jsonb))
on conflict (id) do update set state = excluded.state`,
        [id, JSON.stringify(kept)],
      )
    },
    async forget(session) {
      await session.query(`delete from ${table} where id = $1::text`, [id])
    },
  }
}

async function describe(
  session: MigrationSession,
  schema: string,
  table: string,
  names: readonly string[],
): Promise<readonly DroppedIndex[]> {
  // With this path the server names the schema of everything that is not its own, whoever reads it later.
  const live = await withSettings(session, { search_path: 'pg_catalog' }, () => readLiveIndexes(session, schema, { tables: [], names }))
  const more = await oneOf<Readonly<Record<string, { readonly storage: string | null; readonly constraint: string | null }>>>(
    session,
    `select coalesce(json_object_agg(c.relname, json_build_object('storage', pg_catalog.array_to_string(c.reloptions, ', '),
  'constraint', case when r.oid is not null then case when r.condeferrable then ' deferrable' else '' end
    || case when r.condeferred then ' initially deferred' else '' end end)), '{}')::text
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_constraint r on r.conindid = c.oid and r.contype = 'u'
where n.nspname = $1::text and c.relname in (select json_array_elements_text($2::json)) and c.relkind in ('i', 'I')`,
    [schema, JSON.stringify(names)],
  )
  return live.map(({ name, columns, method, include, nullsNotDistinct, unique, where }) => {
    const { storage = null, constraint = null } = more[name] ?? {}
    return {
      constraint,
      index: {
        table,
        name,
        columns,
        method,
        unique,
        nullsNotDistinct,
        ...(include.length > 0 && { include: include.map((each) => (each.startsWith('"') ? each : quote(each))).join(', ') }),
        ...(where !== null && { where }),
        ...(storage !== null && storage !== '' && { with: storage }),
      },
    }
  })
}

/** Makes an index again, beside the writers, with the constraint that it was of. */
export async function makeAgain(
  session: RunConnection,
  table: Pick<Conversations, 'schema' | 'name'>,
  options: Pick<AdoptionOptions, 'db' | 'signal' | 'logger' | 'onProgress'>,
  { index, constraint }: DroppedIndex,
): Promise<void> {
  await buildWatched(session, table.schema, index, options)
  if (constraint === null) return
  const isConstraint = await oneOf<boolean>(
    session,
    `select exists (select from pg_catalog.pg_constraint where conindid = pg_catalog.to_regclass($1::text))::text`,
    [qualified(table.schema, index.name)],
  )
  if (isConstraint) return
  const statement = `alter table ${qualified(table.schema, table.name)} add constraint ${quote(index.name)} unique using index ${quote(index.name)}${constraint}`
  await changeTable(session, table, options, `the constraint ${index.name}`, [statement])
}
