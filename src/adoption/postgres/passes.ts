import { randomUUID } from 'node:crypto'
import type { PostgresDriver } from '../../postgres/drivers.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import type { MigrationSession } from '../../postgres/migrator/migration.js'
import { sqlState } from '../../postgres/translate-error.js'
import type { PassState, PassTable } from '../run-pass.js'
import { oneOf, readOne, withConnection } from './sessions.js'

export const passesName = 'conversation_store_adoption'

/** The passes, with a way to save a state in the transaction of its batch. */
export interface PostgresPasses extends PassTable {
  saveIn(session: MigrationSession, key: string, token: number, state: PassState): Promise<boolean>
}

/**
 * The passes, in the schema of the host's tables. A pass is taken, renewed and saved by one statement each, on the
 * server's clock, and each of them names the token.
 */
export function passTable(driver: PostgresDriver, schema: string): PostgresPasses {
  const table = qualified(schema, passesName)
  // Distinguishes our own acquisition from another one in the same process.
  const claim = randomUUID()
  const later = (place: number) => `clock_timestamp() + $${place}::float8 * interval '1 millisecond'`
  const saving = `with saved as (update ${table} set state = $3::text::jsonb where id = $1::text and token = $2::text::bigint and holder is not null returning 1)
select exists (select from saved)::text`
  const asText = (token: number, state: PassState) => [String(token), JSON.stringify(state)]
  return {
    async acquire(key, holder, ttlMs) {
      await makePassTable(driver, schema)
      const found = await readOne<{ mine: boolean; token: number; holder: string; since: string; expiresInMs: number }>(
        driver,
        `with taken as (
  insert into ${table} as p (id, token, holder, claim, since, expires_at)
  values ($1::text, 1, $2::text, $3::text, clock_timestamp(), ${later(4)})
  on conflict (id) do update set token = p.token + 1, holder = excluded.holder, claim = excluded.claim, since = excluded.since, expires_at = excluded.expires_at
  where p.holder is null or p.expires_at <= clock_timestamp() or p.claim = excluded.claim
  returning p.*)
select json_build_object('mine', t.id is not null, 'token', coalesce(t.token, p.token), 'holder', coalesce(p.holder, ''),
  'since', coalesce(p.since, clock_timestamp()), 'expiresInMs', extract(epoch from p.expires_at - clock_timestamp()) * 1000)::text
from (select) only_one left join taken t on true left join ${table} p on p.id = $1::text`,
        [key, holder, claim, ttlMs],
      )
      if (found.mine) return { token: found.token }
      return { heldBy: { holder: found.holder, since: new Date(found.since), expiresInMs: found.expiresInMs } }
    },
    async renew(key, token, ttlMs) {
      return readOne<boolean>(
        driver,
        `with kept as (update ${table} set expires_at = ${later(3)} where id = $1::text and token = $2::text::bigint and holder is not null returning 1)
select exists (select from kept)::text`,
        [key, String(token), ttlMs],
      )
    },
    async release(key, token) {
      await withConnection(driver, (connection) =>
        connection.query(
          `update ${table} set holder = null, claim = null, since = null, expires_at = null where id = $1::text and token = $2::text::bigint`,
          [key, String(token)],
        ),
      )
    },
    async read(key) {
      try {
        return await readOne<PassState | null>(driver, `select (select state from ${table} where id = $1::text)::text`, [key])
      } catch (error) {
        // Whoever only looks may come before the first pass, which makes the table.
        if (sqlState(error) === '42P01') return null
        throw error
      }
    },
    save: (key, token, state) => readOne<boolean>(driver, saving, [key, ...asText(token, state)]),
    saveIn: (session, key, token, state) => oneOf<boolean>(session, saving, [key, ...asText(token, state)]),
  }
}

/** `if not exists` is no lock: of two processes that make a table at once, one may fail although both find it then. */
export async function makePassTable(driver: PostgresDriver, schema: string): Promise<void> {
  await makeOnce(
    driver,
    `create table if not exists ${qualified(schema, passesName)} (id text collate "C" primary key, token bigint not null, holder text, claim text,
  since timestamptz, expires_at timestamptz, state jsonb)`,
  )
}

/** Runs a `create … if not exists`, again if another process made the same at this moment. */
export async function makeOnce(driver: PostgresDriver, statement: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await withConnection(driver, (connection) => connection.script(statement))
      return
    } catch (error) {
      if (attempt === 5 || !/^(23505|42P07|42710)$/.test(sqlState(error) ?? '')) throw error
    }
  }
}
