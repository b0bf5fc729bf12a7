import type { PostgresDriver } from '../../postgres/drivers.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import { formerId, guardId, type KeptGuard, type KeptGuards } from '../kept-guards.js'
import { makePassTable, passesName } from './passes.js'
import { readOne, withConnection } from './sessions.js'

export function keptGuards(driver: PostgresDriver, schema: string): KeptGuards {
  const table = qualified(schema, passesName)
  const send = (text: string, values: readonly unknown[]) => withConnection(driver, (session) => session.query(text, values))
  // One that an older version kept under its own id is the same if its options make the same index.
  const idsOf = async (guard: KeptGuard) => {
    const former = await readOne<KeptGuard | null>(driver, `select (select state -> 'guard' from ${table} where id = $1::text)::text`, [
      formerId(guard),
    ])
    const id = guardId(driver, guard)
    return [id, former !== null && guardId(driver, former) === id ? formerId(guard) : id] as const
  }
  return {
    async remember(guard) {
      await makePassTable(driver, schema)
      const [id, former] = await idsOf(guard)
      await send(
        `with former as (delete from ${table} where id = $3::text and id <> $1::text returning state)
insert into ${table} as p (id, token, state)
values ($1::text, 0, jsonb_build_object('guard', $2::text::jsonb, 'since', coalesce((select state -> 'since' from former), to_jsonb(clock_timestamp()))))
on conflict (id) do update set state = jsonb_set(excluded.state, '{since}', coalesce(p.state -> 'since', excluded.state -> 'since'))`,
        [id, JSON.stringify(guard), former],
      )
    },
    async forget(guard) {
      await send(`delete from ${table} where id in ($1::text, $2::text)`, await idsOf(guard))
    },
    async all() {
      const exists = await readOne<boolean>(driver, 'select (pg_catalog.to_regclass($1::text) is not null)::text', [table])
      if (!exists) return []
      const rows = await readOne<readonly { readonly guard: KeptGuard; readonly since: string }[]>(
        driver,
        `select coalesce(json_agg(state order by id), '[]')::text from ${table} where state ? 'guard'`,
      )
      return rows.map(({ guard, since }) => ({ ...guard, since: new Date(since) }))
    },
  }
}
