import assert from 'node:assert/strict'
import type { RecordHistoryProgressInput } from '../../store/inputs.js'
import type { RawRow } from '../contract-backend.js'
import type { CaseList } from '../contract-case.js'
import { holds, only, rejects, upTo } from '../expectations.js'
import { permutations } from '../permutations.js'

type Step = Omit<RecordHistoryProgressInput, 'oaId'>

const declined = '2593109'
const nothing = { phase: null, chunkOrder: null, progress: null, errorCode: null }

/** The inboxes without the operations that they remember, among which is also one that said nothing new. */
async function said({ inboxes }: { inboxes(): Promise<readonly RawRow[]> }): Promise<readonly RawRow[]> {
  return (await inboxes()).map(({ operations: _, ...rest }) => rest)
}

export const recordHistoryProgressCases: CaseList = [
  {
    title: 'keeps how far a history is, and when it moved',
    needs: ['joint writes'],
    async run({ clock, store, scene }) {
      const { account, oaId, rows } = scene(store({ clock: clock.now }))
      const before = await account.connectInbox({ oaId, channel: 'whatsapp', name: 'Shop' })
      assert.equal(before.history, null)
      const now = clock.advance(1_000)
      const inbox = await account.recordHistoryProgress({ oaId, phase: 0, chunkOrder: 1, progress: 10 })
      const history = { ...nothing, phase: 0, chunkOrder: 1, progress: 10, updatedAt: now }
      assert.deepEqual(inbox, { ...before, history, updatedAt: now })
      assert.deepEqual(only((await account.listInboxes()).items), inbox)
      holds(only(await rows.inboxes()), { history_phase: 0, history_chunk_order: 1, history_progress: 10, history_at: now })
    },
  },
  {
    title: 'never moves back, in whatever order and however often the bodies come',
    needs: ['joint writes'],
    async run({ scene, unique }) {
      const { account } = scene()
      const steps: readonly Step[] = [
        { phase: 0, chunkOrder: 5, progress: 30 },
        { phase: 1, chunkOrder: 1, progress: 20 },
        { phase: 1, progress: 60 },
        { phase: 1, chunkOrder: 0 },
      ]
      for (const order of permutations(steps)) {
        const oaId = unique('oa')
        await account.connectInbox({ oaId, channel: 'whatsapp' })
        for (const step of [...order, ...order.slice(0, 2)]) await account.recordHistoryProgress({ oaId, ...step })
        const { history } = await account.recordHistoryProgress({ oaId, phase: 0 })
        holds(history, { phase: 1, chunkOrder: 1, progress: 60, errorCode: null })
      }
    },
  },
  {
    title: 'changes nothing where a body says nothing new',
    needs: ['joint writes'],
    async run({ clock, store, scene }) {
      const { account, oaId, rows } = scene(store({ clock: clock.now }))
      await account.connectInbox({ oaId, channel: 'whatsapp' })
      const first = await account.recordHistoryProgress({ oaId, phase: 1, chunkOrder: 2, progress: 50 })
      const stored = await said(rows)
      clock.advance(1_000)
      for (const late of [{ phase: 1, chunkOrder: 2, progress: 50 }, { phase: 0, chunkOrder: 9 }, { progress: 0 }, { phase: 1 }]) {
        assert.deepEqual(await account.recordHistoryProgress({ oaId, ...late }), first)
      }
      assert.deepEqual(await said(rows), stored)
    },
  },
  {
    title: 'keeps why a channel sends nothing until the history moves on',
    needs: ['joint writes'],
    async run({ scene }) {
      const { account, oaId, rows } = scene()
      const record = async (step: Step) => (await account.recordHistoryProgress({ oaId, ...step })).history
      await account.connectInbox({ oaId, channel: 'whatsapp' })
      holds(await record({ errorCode: declined }), { ...nothing, errorCode: declined })
      holds(only(await rows.inboxes()), { history_error: declined })
      holds(await record({ phase: 0, chunkOrder: 1, progress: 40 }), { progress: 40, errorCode: null })
      holds(await record({ errorCode: declined }), { phase: 0, chunkOrder: 1, progress: 40, errorCode: declined })
      holds(await record({ phase: 0, chunkOrder: 0, progress: 40 }), { chunkOrder: 1, errorCode: declined })
      holds(await record({ phase: 0, chunkOrder: 2 }), { chunkOrder: 2, progress: 40, errorCode: null })
      holds(await record({ errorCode: 'a' }), { errorCode: 'a' })
      holds(await record({ phase: 1, progress: 90, errorCode: 'b' }), { phase: 1, progress: 90, errorCode: 'b' })
      holds(await record({ progress: 100 }), { phase: 1, progress: 100, errorCode: null })
      holds(await record({ errorCode: declined }), { progress: 100, errorCode: null })
    },
  },
  {
    title: 'has the furthest of 20 bodies that come at once',
    needs: ['joint writes'],
    async run({ scene }) {
      const { account, oaId, rows } = scene()
      await account.connectInbox({ oaId, channel: 'whatsapp' })
      const steps = upTo(20).map((chunkOrder) => ({ phase: chunkOrder % 3, chunkOrder, progress: chunkOrder * 4 }))
      await Promise.all(steps.map((step) => account.recordHistoryProgress({ oaId, ...step })))
      holds(only(await rows.inboxes()), { history_phase: 2, history_chunk_order: 20, history_progress: 80 })
    },
  },
  {
    title: 'outlives a disconnection and a new connection',
    needs: ['joint writes'],
    async run({ scene }) {
      const { account, oaId } = scene()
      await account.connectInbox({ oaId, channel: 'whatsapp' })
      const { history } = await account.recordHistoryProgress({ oaId, phase: 0, progress: 7 })
      assert.deepEqual((await account.disconnectInbox({ oaId })).history, history)
      holds((await account.recordHistoryProgress({ oaId, progress: 8 })).history, { phase: 0, progress: 8 })
      const again = await account.connectInbox({ oaId, channel: 'whatsapp', name: 'Shop' })
      holds(again.history, { phase: 0, progress: 8 })
    },
  },
  {
    title: 'does not find what was never connected, or another account’s',
    needs: ['joint writes'],
    async run({ scene }) {
      const ours = scene()
      const theirs = ours.foreign()
      const { oaId } = ours
      await theirs.account.connectInbox({ oaId, channel: 'whatsapp' })
      for (const each of [oaId, 'unknown']) {
        await rejects(ours.account.recordHistoryProgress({ oaId: each, progress: 1 }), 'NOT_FOUND', { what: 'inbox' })
      }
      holds(only(await theirs.rows.inboxes()), { history_progress: null })
    },
  },
  {
    title: 'refuses what says nothing, and numbers that are none',
    needs: ['joint writes'],
    async run({ scene }) {
      const { account, oaId, rows } = scene()
      await account.connectInbox({ oaId, channel: 'whatsapp' })
      const bad = [{}, { phase: null }, { phase: -1 }, { chunkOrder: 1.5 }, { progress: 101 }, { progress: '1' }, { errorCode: '' }]
      for (const step of [...bad, { phase: 2 ** 31 }, { progress: { $gt: 1 } }, { progress: 1, unknown: 1 }]) {
        await rejects(account.recordHistoryProgress({ oaId, ...(step as Step) }), 'VALIDATION_FAILED')
      }
      holds(only(await rows.inboxes()), { history_progress: null })
    },
  },
]
