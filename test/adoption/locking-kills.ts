import { expect, test } from 'vitest'
import { serverUrl } from '../contract/server.js'
import { addDoubles, type SqlHost, sqlHosts, wholeOf } from './locking-tables.js'
import { runLocking } from './processes.js'

/** Kills the helper at `kills` operations, in turns before one is sent and just after, and runs it again. */
export function killLocking(kills: number, timeout: number): void {
  test('locking that is killed at any operation and run again is added as one that nobody killed', { timeout }, async () => {
    const begun = async () => {
      const host = await sqlHosts[0]?.[1]()
      if (host === undefined) throw new Error('there is no host')
      await addDoubles(host)
      return host
    }
    const archive = ({ query, schema }: SqlHost) =>
      query(`select (to_jsonb(a) - 'at' - 'number')::text as row from "${schema}".conversation_store_archive a order by 1`)
    const left = async (host: SqlHost) => JSON.stringify([await wholeOf(host), await archive(host)]).replaceAll(host.schema, 'schema')
    const url = serverUrl('postgres')
    const clean = await begun()
    const whole = await runLocking({ url, name: clean.schema, kill: null })
    expect(whole).toMatchObject({ ok: true })
    const expected = await left(clean)
    const operations = whole?.operations ?? 0
    const every = Math.max(1, Math.floor(operations / kills))
    let killed = 0
    for (let at = Math.ceil(every / 2); at <= operations; at += every) {
      const host = await begun()
      const when = (at / every) % 2 < 1 ? 'after' : 'before'
      if ((await runLocking({ url, name: host.schema, kill: { at, when } })) === null) killed++
      await host.breakLeases()
      expect(await runLocking({ url, name: host.schema, kill: null }), `killed ${when} ${at}`).toMatchObject({ ok: true })
      expect(await left(host), `killed ${when} operation ${at}`).toBe(expected)
    }
    console.log(`  locking: ${operations} operations, killed at ${killed} of them, each time the same end`)
    expect(killed).toBeGreaterThan(Math.max(0, Math.ceil(operations / every) - 3))
  })
}
