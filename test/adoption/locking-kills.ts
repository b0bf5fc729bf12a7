import { expect, test } from 'vitest'
import { addOptimisticLocking } from '../../src/adoption/index.js'
import { serverUrl } from '../contract/server.js'
import { type Kills, killAnywhere } from './killed-anywhere.js'
import { addDoubles, type SqlHost, sqlHosts, wholeOf } from './locking-tables.js'
import { runLocking } from './processes.js'

export function killLocking(kills: Kills, timeout: number): void {
  test('locking that is killed at any operation and run again is added as one that nobody killed', { timeout }, async () => {
    const url = serverUrl('postgres')
    const archive = ({ query, schema }: SqlHost) =>
      query(`select (to_jsonb(a) - 'at' - 'number')::text as row from "${schema}".conversation_store_archive a order by 1`)
    const comments = ({ query, schema }: SqlHost) =>
      query(
        `select c.relname, obj_description(c.oid, 'pg_class') as comment from pg_class c where c.relnamespace = $1::regnamespace and c.relkind in ('i', 'r', 'v') order by 1`,
        [`"${schema}"`],
      )
    await killAnywhere(
      {
        name: 'locking',
        async begun() {
          const host = await sqlHosts[0]?.[1]()
          if (host === undefined) throw new Error('there is no host')
          await addDoubles(host)
          return host
        },
        run: (host, kill) => runLocking({ url, name: host.schema, kill }),
        async left(host: SqlHost) {
          const [whole, marked, kept] = [await wholeOf(host), await comments(host), await archive(host)]
          const { restored } = await addOptimisticLocking({ db: host.db, conversations: host.where }).revert()
          expect(restored).toBe(kept.length)
          return JSON.stringify([whole, marked, kept, await wholeOf(host)]).replaceAll(host.schema, 'schema')
        },
      },
      kills,
    )
  })
}
