import assert from 'node:assert/strict'
import { type CaseList, withJointWrites } from '../../contract-case.js'
import { upTo } from '../../expectations.js'
import { begun, completed } from './sync-calls.js'

export const listSyncSessionsCases: CaseList = withJointWrites([
  {
    title: 'lists the sessions that began last first, of all inboxes, of one, or of one status',
    async run({ scene, store, clock, unique }) {
      const here = scene(store({ clock: clock.now }))
      const { account, oaId } = here
      const another = unique('oa')
      await begun(here.foreign().account, oaId)
      const first = await completed(account, await begun(account, oaId))
      clock.advance(1)
      const second = await begun(account, another)
      const third = await begun(account, oaId)
      const [a, b] = [second, third].sort((x, y) => (x.sessionId < y.sessionId ? 1 : -1))
      const list = async (input?: Parameters<typeof account.listSyncSessions>[0]) => (await account.listSyncSessions(input)).items
      assert.deepEqual(await list(), [a, b, first])
      assert.deepEqual(await list({ oaId }), [third, first])
      assert.deepEqual(await list({ oaId: another }), [second])
      assert.deepEqual(await list({ status: 'completed' }), [first])
      assert.deepEqual(await list({ oaId, status: 'running' }), [third])
      assert.deepEqual(await list({ oaId: unique('oa') }), [])
    },
  },
  {
    title: 'is walked page by page, also over sessions that began at the same moment',
    async run({ scene, store, clock }) {
      const { account, oaId } = scene(store({ clock: clock.now }))
      const sessions: string[] = []
      for (const index of upTo(7)) {
        if (index % 3 === 0) clock.advance(1)
        sessions.push((await begun(account, oaId)).sessionId)
      }
      const walked: string[] = []
      for await (const { sessionId } of account.listSyncSessions({ oaId, limit: 2 })) walked.push(sessionId)
      assert.deepEqual([...walked].sort(), [...sessions].sort())
    },
  },
])
