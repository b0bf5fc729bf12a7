import { expect, test } from 'vitest'
import { serverUrl } from '../contract/server.js'
import type { LegacyHost } from './legacy-host.js'
import { legacyRows } from './legacy-rows.js'
import { mongoHost } from './mongo-host.js'
import { postgresHost } from './postgres-host.js'
import { runProcess } from './processes.js'

const engines: Readonly<Record<'mongo' | 'postgres', () => Promise<LegacyHost>>> = { mongo: mongoHost, postgres: postgresHost }

/**
 * Kills `kills` processes, at operations that are spread evenly, in turns before an operation is sent and just after.
 * Another process goes on each time, and what it leaves is compared with what a process left that nobody killed.
 */
export function killAtOperations(kills: number, timeout: number): void {
  test.each(['mongo', 'postgres'] as const)(
    'killed at any operation and run again, %s ends as a run that nobody killed',
    { timeout },
    async (engine) => {
      const url = serverUrl(engine === 'mongo' ? 'mongoReplicaSet' : 'postgres')
      const begun = async () => {
        const host = await engines[engine]()
        const { integrations, conversations, messages } = legacyRows(100)
        await host.addIntegrations(integrations)
        await host.addConversations(conversations)
        await host.addMessages(messages.slice(0, 120))
        return host
      }
      const clean = await begun()
      const whole = await runProcess({ engine, url, name: clean.name, kill: null })
      expect(whole).toMatchObject({ ok: true })
      const expected = await clean.leftBehind()
      const operations = whole?.operations ?? 0
      const every = Math.max(1, Math.floor(operations / kills))
      let killed = 0
      for (let at = Math.ceil(every / 2); at <= operations; at += every) {
        const host = await begun()
        const when = (at / every) % 2 < 1 ? 'after' : 'before'
        if ((await runProcess({ engine, url, name: host.name, kill: { at, when } })) === null) killed++
        // A lease lasts as long as its holder may be silent. Other tests wait for that.
        await host.breakLeases()
        expect(await runProcess({ engine, url, name: host.name, kill: null }), `killed ${when} ${at}`).toMatchObject({ ok: true })
        expect(await host.leftBehind(), `killed ${when} operation ${at}`).toEqual(expected)
      }
      console.log(`  ${engine}: ${operations} operations, killed at ${killed} of them, each time the same end`)
      // The last operations close connections after all the work is done.
      expect(killed).toBeGreaterThan(Math.max(0, Math.ceil(operations / every) - 3))
    },
  )
}
