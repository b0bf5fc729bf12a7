import assert from 'node:assert/strict'
import type { CaseList } from '../contract-case.js'
import { column, holds, only, racing, rejects, upTo } from '../expectations.js'

export const wakeDueCases: CaseList = [
  {
    title: 'opens what is due at this very millisecond, and leaves what is due later',
    async run({ clock, store, scene }) {
      const due = scene(store({ clock: clock.now }))
      const notYet = due.another()
      const { account, rows } = due
      const before = await due.open()
      await notYet.open()
      await account.snoozeConversation({ ...due.key, until: new Date(clock.now().getTime() + 1_000) })
      await account.snoozeConversation({ ...notYet.key, until: new Date(clock.now().getTime() + 1_001) })
      clock.advance(999)
      assert.deepEqual(await account.wakeDue(), [])
      const now = clock.advance(1)
      const woken = await account.wakeDue()
      assert.deepEqual(woken, [{ ...before, status: 'open', statusChangedAt: now, updatedAt: now, version: 2 }])
      assert.deepEqual(column(await rows.conversations(), 'status'), ['open', 'snoozed'])
      holds(
        (await rows.conversations()).find((row) => row.id === before.id),
        { snoozed_until: null, version: 2 },
      )
      assert.deepEqual(await account.wakeDue(), [])
    },
  },
  {
    title: 'wakes the longest due first, at most `limit` of them',
    async run({ clock, store, scene }) {
      const first = scene(store({ clock: clock.now }))
      const { account } = first
      const ids: string[] = []
      for (const minutes of [3, 1, 2]) {
        const customer = first.another()
        ids.push((await customer.open()).id)
        await account.snoozeConversation({ ...customer.key, until: new Date(clock.now().getTime() + minutes * 60_000) })
      }
      clock.advance(5 * 60_000)
      assert.deepEqual(
        (await account.wakeDue({ limit: 2 })).map(({ id }) => id),
        [ids[1], ids[2]],
      )
      assert.deepEqual(
        (await account.wakeDue({ limit: 2 })).map(({ id }) => id),
        [ids[0]],
      )
    },
  },
  {
    title: 'wakes each once when 10 callers come at the same time',
    async run({ clock, store, scene }) {
      const first = scene(store({ clock: clock.now }))
      const { account, oaId, rows } = first
      await Promise.all(upTo(30).map((index) => account.upsertConversation({ oaId, customerId: `c${index}` })))
      for (const index of upTo(30)) await account.snoozeConversation({ oaId, customerId: `c${index}`, until: clock.now() })
      const woken = (await racing(10, () => account.wakeDue({ limit: 5 }))).flat()
      const rest = await account.wakeDue()
      const ids = [...woken, ...rest].map(({ id }) => id)
      assert.equal(ids.length, 30)
      assert.equal(new Set(ids).size, 30)
      for (const row of await rows.conversations()) holds(row, { status: 'open', version: 2, snoozed_until: null })
    },
  },
  {
    title: 'goes by the database’s clock where none is injected',
    async run({ scene }) {
      const { account, key, another, open, rows } = scene()
      const later = another()
      await open()
      await later.open()
      await account.snoozeConversation({ ...key, until: new Date('2020-01-01') })
      await account.snoozeConversation({ ...later.key, until: new Date('2200-01-01') })
      assert.deepEqual(
        (await account.wakeDue()).map(({ customerId }) => customerId),
        [key.customerId],
      )
      assert.deepEqual(column(await rows.conversations(), 'status'), ['open', 'snoozed'])
    },
  },
  {
    title: 'wakes no other account’s conversations, and refuses a limit that is none',
    async run({ scene }) {
      const ours = scene()
      const theirs = ours.foreign()
      await theirs.open()
      await theirs.account.snoozeConversation({ ...theirs.key, until: new Date('2020-01-01') })
      assert.deepEqual(await ours.account.wakeDue(), [])
      holds(only(await theirs.rows.conversations()), { status: 'snoozed', version: 1 })
      for (const limit of [0, -1, 1_001, 1.5, '5' as never, { $gt: 0 } as never]) {
        await rejects(theirs.account.wakeDue({ limit }), 'VALIDATION_FAILED')
      }
    },
  },
]
