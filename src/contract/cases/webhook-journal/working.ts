import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { holds, only, present, racing, rejects, upTo } from '../../expectations.js'
import { keep, longMs, takenOnceDue } from './journal-calls.js'

const claim = { holder: 'b', claimMs: longMs }

export const workingCases: CaseList = [
  {
    title: 'leaves a body to whoever works on it, until its claim ends or it is settled',
    async run({ store, scene }) {
      const { accountId } = scene()
      const journal = store().forOperator()
      const { id, token } = await keep(journal, accountId)
      assert.deepEqual(await journal.takeWebhooks({ accountId, ...claim }), [])
      assert.deepEqual(await journal.takeWebhooks({ accountId, ids: [id], ...claim }), [])
      await journal.settleWebhook({ accountId, id, token, outcome: 'partial', report: { rejected: ['$a', { 'b.c': 1 }] } })
      holds(await journal.findWebhook({ accountId, id }), { outcome: 'partial', report: { rejected: ['$a', { 'b.c': 1 }] }, attempts: 1 })
      assert.ok(present(await journal.findWebhook({ accountId, id })).workedAt !== null)
      assert.deepEqual(await journal.takeWebhooks({ accountId, ...claim }), [])
    },
  },
  {
    title: 'gives what nobody settled in time to one of many who ask, with a higher token, and refuses the first one’s report',
    async run({ store, scene, raw }) {
      const { accountId } = scene()
      const journal = store().forOperator()
      const { id, token } = await keep(journal, accountId, { body: '{"left":"over"}', claimMs: 1 })
      const [first] = await takenOnceDue(journal, accountId)
      holds(first, { id, body: '{"left":"over"}', token: 2, attempts: 2, holder: 'b', outcome: 'waiting' })
      const others = await racing(20, () => journal.takeWebhooks({ accountId, holder: 'c', claimMs: longMs }))
      assert.deepEqual(others.flat(), [])
      const late = { accountId, id, outcome: 'ingested', report: {} } as const
      await rejects(journal.settleWebhook({ ...late, token }), 'LEASE_LOST', { key: `webhook ${id}`, reason: 'taken over' })
      holds(only(await raw.webhookJournal(accountId)), { outcome: 'waiting', token: 2 })
      await journal.settleWebhook({ ...late, token: 2 })
      holds(only(await raw.webhookJournal(accountId)), { outcome: 'ingested', token: 2 })
    },
  },
  {
    title: 'lets who works on a body renew the claim, also one that has ended, until another took it up or it was settled',
    async run({ store, scene, raw }) {
      const ours = scene()
      const { accountId } = ours
      const journal = store().forOperator()
      const { id } = await keep(journal, accountId, { claimMs: 1 })
      const renewal = { accountId, id, token: 1, claimMs: longMs }
      await journal.renewWebhook(renewal)
      assert.deepEqual(await journal.takeWebhooks({ accountId, ...claim }), [])
      await rejects(journal.renewWebhook({ ...renewal, accountId: ours.foreign().accountId }), 'LEASE_LOST')
      await rejects(journal.renewWebhook({ ...renewal, claimMs: 0 }), 'VALIDATION_FAILED')
      await journal.renewWebhook({ ...renewal, claimMs: 1 })
      const [taken] = await takenOnceDue(journal, accountId)
      holds(taken, { id, token: 2 })
      await rejects(journal.renewWebhook({ ...renewal, claimMs: 1 }), 'LEASE_LOST', { key: `webhook ${id}`, reason: 'taken over' })
      assert.deepEqual(await journal.takeWebhooks({ accountId, ...claim }), [])
      holds(only(await raw.webhookJournal(accountId)), { outcome: 'waiting', token: 2, attempts: 2 })
      await journal.settleWebhook({ accountId, id, token: 2, outcome: 'ingested', report: {} })
      await rejects(journal.renewWebhook({ ...renewal, token: 2 }), 'LEASE_LOST')
      holds(only(await raw.webhookJournal(accountId)), { outcome: 'ingested', token: 2 })
    },
  },
  {
    title: 'gives each of many bodies that are left over to one of many who ask at once',
    async run({ store, scene }) {
      const { accountId } = scene()
      const stores = upTo(5).map(() => store())
      const journal = store().forOperator()
      for (const _ of upTo(20)) await keep(journal, accountId, { claimMs: 1 })
      const taken = new Map<string, number>()
      const givenUpAt = performance.now() + 10_000
      while (taken.size < 20 && performance.now() < givenUpAt) {
        const rounds = await racing(10, async (index) =>
          (stores[index % 5] ?? store()).forOperator().takeWebhooks({ accountId, limit: 3, holder: `h${index}`, claimMs: longMs }),
        )
        for (const { id } of rounds.flat()) taken.set(id, (taken.get(id) ?? 0) + 1)
      }
      assert.equal(taken.size, 20)
      assert.deepEqual([...new Set(taken.values())], [1])
    },
  },
  {
    title: 'has a body that is to be tried again due after its pause, and not before',
    async run({ store, scene }) {
      const { accountId } = scene()
      const journal = store().forOperator()
      const [later, soon] = [await keep(journal, accountId), await keep(journal, accountId)]
      const waiting = { accountId, outcome: 'waiting', report: { error: 'UNAVAILABLE' } } as const
      await journal.settleWebhook({ ...waiting, id: later.id, token: 1, retryInMs: longMs })
      await journal.settleWebhook({ ...waiting, id: soon.id, token: 1, retryInMs: 0 })
      const taken = await takenOnceDue(journal, accountId)
      assert.deepEqual(
        taken.map(({ id, token, attempts }) => ({ id, token, attempts })),
        [{ id: soon.id, token: 2, attempts: 2 }],
      )
      holds(await journal.findWebhook({ accountId, id: later.id }), { outcome: 'waiting', report: { error: 'UNAVAILABLE' } })
    },
  },
  {
    title: 'gives out named bodies again whatever became of them, in the order in which they came, and no other account’s',
    async run({ store, scene, clock }) {
      const ours = scene()
      const { accountId } = ours
      const journal = store({ clock: clock.now }).forOperator()
      const ids: string[] = []
      for (const outcome of ['ingested', 'failed', 'ignored'] as const) {
        const { id, token } = await keep(journal, accountId)
        await journal.settleWebhook({ accountId, id, token, outcome, report: {} })
        ids.push(id)
        clock.advance(1)
      }
      const foreign = await keep(journal, ours.foreign().accountId, { claimMs: 1 })
      const wanted = [...ids.toReversed(), foreign.id, 'unknown']
      const taken = await journal.takeWebhooks({ accountId, ids: wanted, ...claim })
      assert.deepEqual(
        taken.map(({ id, token, outcome }) => ({ id, token, outcome })),
        ids.map((id) => ({ id, token: 2, outcome: 'waiting' })),
      )
      assert.deepEqual(await journal.takeWebhooks({ accountId, ids, ...claim }), [])
    },
  },
  {
    title: 'clears what is over, the oldest first and no more than asked, but for what somebody works on',
    async run({ store, scene, raw, clock }) {
      const ours = scene()
      const { accountId } = ours
      const journal = store({ clock: clock.now }).forOperator()
      const kept: string[] = []
      for (const index of upTo(5)) {
        const { id, token } = await keep(journal, accountId, { retainMs: 1_000 * index, claimMs: 86_400_000 })
        if (index < 5) await journal.settleWebhook({ accountId, id, token, outcome: 'ingested', report: {} })
        kept.push(id)
      }
      const theirs = ours.foreign().accountId
      const foreign = await keep(journal, theirs, { retainMs: 1, claimMs: 1 })
      assert.deepEqual(await journal.clearWebhooks({ accountId }), { cleared: 0, more: false })
      clock.advance(6_000)
      assert.deepEqual(await journal.clearWebhooks({ accountId, limit: 3 }), { cleared: 3, more: true })
      assert.deepEqual((await raw.webhookJournal(accountId)).map(({ id }) => id).sort(), kept.slice(3).sort())
      assert.deepEqual(await journal.clearWebhooks({ accountId }), { cleared: 1, more: false })
      // The last one is at work, so its report has a place to go.
      holds(only(await raw.webhookJournal(accountId)), { id: kept[4] })
      await journal.settleWebhook({ accountId, id: kept[4] ?? '', token: 1, outcome: 'ingested', report: {} })
      assert.deepEqual(await journal.clearWebhooks({ accountId }), { cleared: 1, more: false })
      await rejects(journal.settleWebhook({ accountId, id: kept[4] ?? '', token: 1, outcome: 'ingested', report: {} }), 'LEASE_LOST')
      holds(await journal.findWebhook({ accountId: theirs, id: foreign.id }), { id: foreign.id })
    },
  },
  {
    title: 'tells the operator which accounts have bodies that are due or over, and only those',
    async run({ store, scene, clock }) {
      const [due, over, done] = [scene(), scene(), scene()]
      const journal = store({ clock: clock.now }).forOperator()
      await keep(journal, due.accountId, { claimMs: 1, retainMs: 1_000_000 })
      for (const [{ accountId }, retainMs] of [
        [over, 1_000],
        [done, 1_000_000],
      ] as const) {
        const { id, token } = await keep(journal, accountId, { retainMs })
        await journal.settleWebhook({ accountId, id, token, outcome: 'ingested', report: {} })
      }
      clock.advance(2_000)
      const ours = [due, over, done].map(({ accountId }) => accountId)
      const wanted = [due.accountId, over.accountId].sort()
      const givenUpAt = performance.now() + 10_000
      let found: readonly (string | null)[] = []
      while (found.length < 2 && performance.now() < givenUpAt) {
        found = (await journal.findWebhookAccounts({ limit: 5_000 })).filter((each) => each !== null && ours.includes(each))
      }
      assert.deepEqual([...found].sort(), wanted)
      assert.equal((await journal.findWebhookAccounts({ limit: 1 })).length, 1)
      const [first = '', second] = wanted
      const further = await journal.findWebhookAccounts({ after: first, limit: 5_000 })
      assert.deepEqual([further.includes(first), further.includes(second ?? '')], [false, true])
      const all = (await journal.findWebhookAccounts({ of: 'all', limit: 5_000 })).filter((each) => each !== null && ours.includes(each))
      assert.deepEqual([...all].sort(), [...ours].sort())
    },
  },
]
