import { test } from 'vitest'
import { serverUrl } from '../contract/server.js'
import { type ClosedHost, closedHosts } from './closed-host.js'
import { type Kills, killAnywhere } from './killed-anywhere.js'
import { runProcess } from './processes.js'

export function killAllowingClosed(kills: Kills, timeout: number): void {
  test.each(['index', 'key-column'] as const)(
    'killed at any operation and run again, allowing closed ones by the %s ends as a run that nobody killed',
    { timeout },
    async (closed) => {
      const url = serverUrl('postgres')
      await killAnywhere(
        {
          name: closed,
          async begun() {
            const host = await closedHosts[0]?.[1]()
            if (host === undefined) throw new Error('there is no PostgreSQL')
            const to = ['pageConnectionId', 'widgetConfigId']
            for (let at = 0; at < 30; at++)
              await host.add({ id: `c${at}`, psid: `${at}`, to: to[at % 2] ?? '', status: at % 3 === 0 ? 'CLOSED' : 'OPEN' })
            return host
          },
          run: ({ schema }: ClosedHost, kill) => runProcess({ engine: 'postgres', url, name: schema, kill, closed }),
          left: (host) => host.leftBehind(),
        },
        kills,
      )
    },
  )
}
