import assert from 'node:assert/strict'
import { type CaseList, withJointWrites } from '../../contract-case.js'
import { holds, rejects } from '../../expectations.js'
import { batch, begun, moveAll, moveOf } from './move-calls.js'

export const endInboxMigrationCases: CaseList = withJointWrites([
  {
    title: 'cancels a queued migration at once, and a running one by its next batch, of which nothing moves',
    async run({ scene, store, clock, unique }) {
      const here = scene(store({ clock: clock.now }))
      const move = await moveOf(here, unique)
      const { account, oaId } = here
      for (const customerId of ['a', 'b']) await account.upsertConversation({ oaId, customerId })
      const queued = await begun(move)
      const now = clock.advance(1_000)
      const cancelled = await account.endInboxMigration({ migrationId: queued.id, as: 'cancelled' })
      assert.deepEqual(cancelled, { ...queued, status: 'cancelled', completedAt: now, updatedAt: now })
      const running = await batch(move, await begun(move), { people: 1 })
      const asked = await account.endInboxMigration({ migrationId: running.id, as: 'cancelled' })
      assert.deepEqual(asked, { ...running, cancelRequestedAt: now, updatedAt: now })
      assert.deepEqual(await account.endInboxMigration({ migrationId: running.id, as: 'cancelled' }), asked)
      const ended = await batch(move, asked)
      assert.deepEqual(ended, { ...asked, status: 'cancelled', completedAt: now })
      assert.notEqual(await account.findByOaAndCustomer({ oaId, customerId: 'b' }), null)
      assert.deepEqual(await account.endInboxMigration({ migrationId: ended.id, as: 'failed', message: 'too late' }), ended)
      assert.deepEqual(await batch(move, ended), ended)
    },
  },
  {
    title: 'notes why a migration failed, and lets a new one go on with the rest',
    async run({ scene, store, clock, unique }) {
      const here = scene(store({ clock: clock.now }))
      const move = await moveOf(here, unique)
      const { account, oaId } = here
      for (const customerId of ['a', 'b']) await account.upsertConversation({ oaId, customerId })
      const running = await batch(move, await begun(move), { people: 1 })
      const why = { message: 'CODE: a sentence', backtrace: 'at move (file.js:1)' }
      const failed = await account.endInboxMigration({ migrationId: running.id, as: 'failed', ...why })
      const now = clock.now()
      const told = { status: 'failed', errorMessage: why.message, errorBacktrace: why.backtrace, completedAt: now, updatedAt: now }
      assert.deepEqual(failed, { ...running, ...told })
      const next = await moveAll(move, await begun(move))
      holds(next, { status: 'completed', moved: { conversations: 1, messages: 0, attachments: 0, contactInboxes: 1 } })
      assert.deepEqual(await account.findInboxMigration({ migrationId: failed.id }), failed)
    },
  },
  {
    title: 'cuts a reason that is too long, in whole characters, because a failure that is not noted is overlooked',
    async run({ scene, unique }) {
      const move = await moveOf(scene(), unique)
      const { id } = await begun(move)
      const why = { message: `x${'ỏ'.repeat(2_000)}`, backtrace: 'ỏ'.repeat(400_000) }
      const { account } = move
      const failed = await account.endInboxMigration({ migrationId: id, as: 'failed', ...why })
      const errorMessage = `x${'ỏ'.repeat(1_364)}…`
      assert.deepEqual([failed.status, failed.errorMessage], ['failed', errorMessage])
      assert.equal(failed.errorBacktrace, `${'ỏ'.repeat(349_524)}…`)
      holds(await account.findInboxMigration({ migrationId: id }), { status: 'failed', errorMessage })
    },
  },
  {
    title: 'ends no migration of another account',
    async run({ scene, unique }) {
      const here = scene()
      const migration = await begun(await moveOf(here, unique))
      const { account } = here.foreign()
      await rejects(account.endInboxMigration({ migrationId: migration.id, as: 'cancelled' }), 'NOT_FOUND', { what: 'inbox migration' })
      assert.equal(await account.findInboxMigration({ migrationId: migration.id }), null)
      assert.deepEqual(await here.account.findInboxMigration({ migrationId: migration.id }), migration)
    },
  },
])
