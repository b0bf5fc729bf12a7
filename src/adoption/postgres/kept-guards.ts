import type { PostgresDriver } from '../../postgres/drivers.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import { guardId, type KeptGuard, type KeptGuards } from '../kept-guards.js'
import { makePassTable, passesName } from './passes.js'
import { readOne, withConnection } from './sessions.js'

export function keptGuards(driver: PostgresDriver, schema: string): KeptGuards {
  const table = qualified(schema, passesName)
  const send = (text: string, values: readonly unknown[]) => withConnection(driver, (session) => session.query(text, values))
  return {
    async remember(guard) {
      await makePassTable(driver, schema)
      await send(
        `insert into ${table} as p (id, token, state) values ($1::text, 0, jsonb_build_object('guard', $2::text::jsonb, 'since', clock_timestamp()))
on conflict (id) do update set state = jsonb_set(excluded.state, '{since}', coalesce(p.state -> 'since', excluded.state -> 'since'))`,
        [guardId(guard), JSON.stringify(guard)],
      )
    },
    async forget(guard) {
      await send(`delete from ${table} where id = $1::text`, [guardId(guard)])
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
