import { test } from 'vitest'
import { serverUrl } from '../contract/server.js'
import { type Kills, killAnywhere } from './killed-anywhere.js'
import { addDoubles, type SqlHost, sqlHosts, wholeOf } from './locking-tables.js'
import { runLocking } from './processes.js'

export function killLocking(kills: Kills, timeout: number): void {
  test('locking that is killed at any operation and run again is added as one that nobody killed', { timeout }, async () => {
    const url = serverUrl('postgres')
    const archive = ({ query, schema }: SqlHost) =>
      query(`select (to_jsonb(a) - 'at' - 'number')::text as row from "${schema}".conversation_store_archive a order by 1`)
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
        left: async (host: SqlHost) => JSON.stringify([await wholeOf(host), await archive(host)]).replaceAll(host.schema, 'schema'),
      },
      kills,
    )
  })
}
