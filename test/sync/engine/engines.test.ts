import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ContractBackend } from '../../../src/contract/index.js'
import { interceptedAdapter } from '../../../src/contract/intercepted-adapter.js'
import { createConversationStore } from '../../../src/index.js'
import { syncConversations } from '../../../src/sync/engine/sync-conversations.js'
import { syncStatistics } from '../../../src/sync/engine/sync-statistics.js'
import { memoryBackend } from '../../contract/memory.js'
import { mongoBackend } from '../../contract/mongo-backend.js'
import { pgliteBackend } from '../../contract/pglite.js'
import { postgresBackend } from '../../contract/postgres-backend.js'
import { isServerAbsent, serverUrl } from '../../contract/server.js'
import { MovingList } from './moving-list.js'
import { oaId, optionsOf, storedMessages } from './syncing.js'

const backends: Readonly<Record<string, { readonly isAbsent: boolean; open(): Promise<ContractBackend> }>> = {
  memory: { isAbsent: false, open: async () => memoryBackend() },
  PGlite: { isAbsent: false, open: () => pgliteBackend() },
  PostgreSQL: { isAbsent: isServerAbsent('postgres'), open: () => postgresBackend({ name: 'postgres', url: serverUrl('postgres') }) },
  MongoDB: {
    isAbsent: isServerAbsent('mongoReplicaSet'),
    open: () => mongoBackend({ name: 'mongo', url: serverUrl('mongoReplicaSet'), isReplicaSet: true }),
  },
}

/** What a process does last before it dies: the call never reaches the database, or its answer never comes back. */
class Died extends Error {}

describe.each(Object.entries(backends))('a sync on %s', (_, { isAbsent, open }) => {
  let backend: ContractBackend
  beforeAll(async () => {
    if (!isAbsent) backend = await open()
  })
  afterAll(async () => backend?.close())

  const account = (accountId: string) => createConversationStore({ adapter: backend.createAdapter() }).forAccount(accountId)

  test.skipIf(isAbsent)('reads all of a list that moves, run by run, beside the webhooks of the same inbox', async () => {
    const acme = account('moving')
    const list = new MovingList(11)
    const source = list.source({
      before: async (asked) => {
        if (asked > 6) return
        list.wakeLast()
        const live = { type: 'message', messageId: `live ${asked}`, text: 'x' } as const
        await acme.upsertConversationWithEvents({ oaId, customerId: 'c1', events: [live] })
      },
    })
    const runs = []
    let resumeSession: string | null = null
    do {
      const run = await syncConversations(acme, optionsOf({ source, resumeSession, budget: { pages: 2 } }))
      runs.push(run)
      resumeSession = run.resumeSession
    } while (resumeSession !== null)
    const stored = await storedMessages(acme)
    expect(stored).toEqual([...new Set(stored)])
    expect(stored).toEqual(expect.arrayContaining([...list.heard]))
    const counted = runs.reduce((sum, { messages }) => sum + messages, 0)
    expect(counted).toBe(stored.filter((id) => !id.startsWith('live')).length)
    const { items } = await syncStatistics(acme)
    expect(items).toMatchObject([{ oaId, sessions: 1, completed: 1, completionRate: 1, messages: counted, lock: null }])
  })

  test.skipIf(isAbsent)('comes to one end wherever its process died, and reads one page again at most', async () => {
    const whole = account('whole')
    await syncConversations(whole, optionsOf({ source: new MovingList(7).source() }))
    const wholeSession = (await whole.listSyncSessions()).items[0]
    for (const isAnswered of [false, true]) {
      for (let dying = 1, isDead = true; isDead; dying++) {
        const name = `died ${isAnswered} ${dying}`
        let calls = 0
        const adapter = interceptedAdapter(backend.createAdapter(), async (call) => {
          if (/acquireLease|renewLease/.test(call.name)) return call.send()
          calls += 1
          if (calls < dying) return call.send()
          if (calls === dying && isAnswered) await call.send()
          throw new Died()
        })
        const list = new MovingList(7)
        const dead = createConversationStore({ adapter }).forAccount(name)
        isDead = await syncConversations(dead, optionsOf({ source: list.source() })).then(
          () => false,
          (error: unknown) => error instanceof Died,
        )
        const acme = account(name)
        // Its lock runs out, and somebody goes on with the session, or begins one where there is none.
        for (const { kind, key, token } of (await acme.listLeases()).items) await acme.releaseLease({ kind, key, token })
        const [session] = (await acme.listSyncSessions()).items
        const resumeSession = session === undefined || session.finishedAt !== null ? null : session.sessionId
        if (session?.status !== 'completed') await syncConversations(acme, optionsOf({ source: list.source(), resumeSession }))
        expect(await storedMessages(acme), name).toEqual(list.messageIds)
        const [ended] = (await acme.listSyncSessions()).items
        const { pages, conversations, created, messages, duplicates } = wholeSession ?? {}
        expect(ended, name).toMatchObject({ status: 'completed', pages, conversations, created, messages, duplicates })
        expect(list.asked, name).toBeLessThanOrEqual(6)
      }
    }
  })
})
