import assert from 'node:assert/strict'
import { type CaseList, withJointWrites } from '../../contract-case.js'
import { rejects } from '../../expectations.js'
import { begun, moveAll, moveOf } from './move-calls.js'

const most = 5_000

export const findInboxMigrationCases: CaseList = withJointWrites([
  {
    title: 'finds a migration as it is now, and none that is unknown',
    async run({ scene, unique }) {
      const here = scene()
      const move = await moveOf(here, unique)
      const done = await moveAll(move, await begun(move))
      assert.deepEqual(await here.account.findInboxMigration({ migrationId: done.id }), done)
      assert.equal(await here.account.findInboxMigration({ migrationId: unique('unknown') }), null)
    },
  },
])

export const listInboxMigrationsCases: CaseList = withJointWrites([
  {
    title: 'lists the migrations, the newest first, of one source or all, that are over or not',
    async run({ scene, store, clock, unique }) {
      const here = scene(store({ clock: clock.now }))
      const move = await moveOf(here, unique)
      const { account } = here
      const back = { ...move, sourceOaId: move.destinationOaId, destinationOaId: move.sourceOaId }
      const ids: string[] = []
      for (const each of [move, back, move]) {
        clock.advance(1)
        ids.unshift((await moveAll(each, await begun(each))).id)
      }
      clock.advance(1)
      ids.unshift((await begun(move)).id)
      const listed = async (input: Parameters<typeof account.listInboxMigrations>[0]) => {
        const found: string[] = []
        for await (const { id } of account.listInboxMigrations(input)) found.push(id)
        return found
      }
      assert.deepEqual(await listed({}), ids)
      assert.deepEqual(await listed({ limit: 1 }), ids)
      assert.deepEqual(await listed({ sourceOaId: back.sourceOaId }), [ids[2]])
      assert.deepEqual(await listed({ sourceOaId: move.sourceOaId, limit: 2 }), [ids[0], ids[1], ids[3]])
      assert.deepEqual(await listed({ active: true }), [ids[0]])
      assert.deepEqual(await listed({ active: false, limit: 2 }), ids.slice(1))
      assert.deepEqual(
        await here
          .foreign()
          .account.listInboxMigrations()
          .then(({ items }) => items),
        [],
      )
    },
  },
])

export const findInboxMigrationAccountsCases: CaseList = withJointWrites([
  {
    title: 'tells the operator which accounts move an inbox now, in order, and no more than asked',
    async run({ scene, store, unique }) {
      const operator = store().forOperator()
      const [moving, alsoMoving, moved, without] = [scene(), scene(), scene(), scene()]
      for (const each of [moving, alsoMoving]) await begun(await moveOf(each, unique))
      const over = await moveOf(moved, unique)
      await moveAll(over, await begun(over))
      const ours = [moving, alsoMoving, moved, without].map(({ accountId }) => accountId)
      const found = await operator.findInboxMigrationAccounts({ limit: most })
      assert.deepEqual(found, [...new Set(found)].sort())
      assert.deepEqual(
        found.filter((accountId) => ours.includes(accountId)),
        [moving.accountId, alsoMoving.accountId].sort(),
      )
      assert.deepEqual(await operator.findInboxMigrationAccounts({ limit: 1 }), found.slice(0, 1))
      const [first = '', second = ''] = [moving.accountId, alsoMoving.accountId].sort()
      const further = await operator.findInboxMigrationAccounts({ after: first, limit: most })
      assert.deepEqual([further.includes(first), further.includes(second)], [false, true])
      const last = await operator.findInboxMigrationAccounts({ after: second, limit: most })
      assert.deepEqual([last.includes(first), last.includes(second)], [false, false])
      await rejects(operator.findInboxMigrationAccounts({ limit: 0 }), 'VALIDATION_FAILED')
    },
  },
])
