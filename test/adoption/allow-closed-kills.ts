import { expect, test } from 'vitest'
import { serverUrl } from '../contract/server.js'
import { closedHosts } from './closed-host.js'
import { runProcess } from './processes.js'

/** Kills `kills` processes at operations that are spread evenly, before or just after an operation is sent. */
export function killAllowingClosed(kills: number, timeout: number): void {
  test.each(['index', 'key-column'] as const)(
    'killed at any operation and run again, allowing closed ones by the %s ends as a run that nobody killed',
    { timeout },
    async (closed) => {
      const url = serverUrl('postgres')
      const [, open] = closedHosts[0] ?? []
      const begun = async () => {
        const host = await open?.()
        if (host === undefined) throw new Error('there is no PostgreSQL')
        const to = ['pageConnectionId', 'widgetConfigId']
        for (let at = 0; at < 30; at++)
          await host.add({ id: `c${at}`, psid: `${at}`, to: to[at % 2] ?? '', status: at % 3 === 0 ? 'CLOSED' : 'OPEN' })
        return host
      }
      const clean = await begun()
      const whole = await runProcess({ engine: 'postgres', url, name: clean.schema, kill: null, closed })
      expect(whole).toMatchObject({ ok: true })
      const expected = await clean.leftBehind()
      const operations = whole?.operations ?? 0
      const every = Math.max(1, Math.floor(operations / kills))
      let killed = 0
      for (let at = Math.ceil(every / 2); at <= operations; at += every) {
        const host = await begun()
        const when = (at / every) % 2 < 1 ? 'after' : 'before'
        if ((await runProcess({ engine: 'postgres', url, name: host.schema, kill: { at, when }, closed })) === null) killed++
        // A lease lasts as long as its holder may be silent. Other tests wait for that.
        await host.breakLeases()
        const again = await runProcess({ engine: 'postgres', url, name: host.schema, kill: null, closed })
        expect(again, `killed ${when} ${at}`).toMatchObject({ ok: true })
        expect(await host.leftBehind(), `killed ${when} operation ${at}`).toEqual(expected)
      }
      console.log(`  ${closed}: ${operations} operations, killed at ${killed} of them, each time the same end`)
      expect(killed).toBeGreaterThan(Math.max(0, Math.ceil(operations / every) - 3))
    },
  )
}
