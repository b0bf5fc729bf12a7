import { test } from 'vitest'
import { serverUrl } from '../contract/server.js'
import { type Kills, killAnywhere } from './killed-anywhere.js'
import type { LegacyHost } from './legacy-host.js'
import { legacyRows } from './legacy-rows.js'
import { mongoHost } from './mongo-host.js'
import { postgresHost } from './postgres-host.js'
import { runProcess } from './processes.js'

const engines: Readonly<Record<'mongo' | 'postgres', () => Promise<LegacyHost>>> = { mongo: mongoHost, postgres: postgresHost }

export function killAdoption(kills: Kills, timeout: number): void {
  test.each(['mongo', 'postgres'] as const)(
    'killed at any operation and run again, %s ends as a run that nobody killed',
    { timeout },
    async (engine) => {
      const url = serverUrl(engine === 'mongo' ? 'mongoReplicaSet' : 'postgres')
      await killAnywhere(
        {
          name: engine,
          async begun() {
            const host = await engines[engine]()
            const { integrations, conversations, messages } = legacyRows(100)
            await host.addIntegrations(integrations)
            await host.addConversations(conversations)
            await host.addMessages(messages.slice(0, 120))
            return host
          },
          run: ({ name }: LegacyHost, kill) => runProcess({ engine, url, name, kill }),
          left: (host) => host.leftBehind(),
        },
        kills,
      )
    },
  )
}
