import { expect, test } from 'vitest'
import { serverUrl } from '../contract/server.js'
import { lineProcesses } from './line-processes.js'
import { mongoHost } from './mongo-host.js'
import { postgresHost } from './postgres-host.js'
import type { ReadyPrinted, ReadyTask } from './ready-in-process.js'

/** Starts so many processes of a host at once, all of which have to find the database ready or make it so. */
export function startAtOnce(processes: number, conversations: number, timeout: number): void {
  test.each(['mongo', 'postgres'] as const)(
    `of ${processes} processes that start at once on %s, one does what is missing, and all find it done`,
    { timeout },
    async (engine) => {
      const host = await { mongo: () => mongoHost(), postgres: postgresHost }[engine]()
      await host.addIntegrations([{ oaId: 'page', accountId: 'acme' }])
      await host.addConversations(
        Array.from({ length: conversations }, (_, at) => ({ id: `c${at}`, oaId: 'page', customerId: `${at}`, status: 'open' })),
      )
      await host.addOldIndex()
      const task: ReadyTask = { engine, url: serverUrl(engine === 'mongo' ? 'mongoReplicaSet' : 'postgres'), name: host.name }
      const all = await lineProcesses(
        new URL('./ready-in-process.ts', import.meta.url),
        Array.from({ length: processes }, () => task),
      )
      const printed = (await all.told()) as readonly ReadyPrinted[]
      expect(printed.filter(({ ready }) => ready)).toHaveLength(processes)
      for (const part of ['backfill', 'indexes']) {
        const states = printed.map((each) => each.states[part])
        expect(
          states.filter((state) => state === 'done'),
          part,
        ).toHaveLength(1)
        expect(
          states.filter((state) => state === 'ready'),
          part,
        ).toHaveLength(processes - 1)
      }
      expect(printed.reduce((sum, { updated }) => sum + updated, 0)).toBe(conversations)
      expect((await host.conversations()).every(({ accountId }) => accountId === 'acme')).toBe(true)
      const again = { id: 'again', oaId: 'page', customerId: '0', status: 'open', accountId: 'acme' }
      await expect(host.addConversations([again])).rejects.toThrow(/duplicate key/)
    },
  )
}
