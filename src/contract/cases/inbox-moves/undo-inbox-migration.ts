import assert from 'node:assert/strict'
import { isConversationStoreError } from '../../../model/errors.js'
import { type CaseList, withJointWrites } from '../../contract-case.js'
import { losingReplies, retry } from '../../errors/losing-replies.js'
import { holds, racing, rejects, tally } from '../../expectations.js'
import { batch, begun, moveAll, moveOf } from './move-calls.js'

export const undoInboxMigrationCases: CaseList = withJointWrites([
  {
    title: 'begins the undo of a migration the other way round, which is to move back what that one moved',
    async run({ scene, store, clock, raw, unique }) {
      const here = scene(store({ clock: clock.now }))
      const move = await moveOf(here, unique)
      const { account, accountId } = here
      await here.open()
      const done = await moveAll(move, await begun(move, { counted: { conversations: 9, messages: 9, attachments: 9, contactInboxes: 9 } }))
      const now = clock.advance(1_000)
      const undo = await account.undoInboxMigration({ migrationId: done.id, userId: 'admin' })
      assert.deepEqual(undo, {
        id: undo.id,
        accountId,
        kind: 'undo',
        undoes: done.id,
        sourceInboxId: done.destinationInboxId,
        sourceOaId: done.destinationOaId,
        destinationInboxId: done.sourceInboxId,
        destinationOaId: done.sourceOaId,
        onActiveConflict: 'skip',
        userId: 'admin',
        status: 'queued',
        counted: done.moved,
        moved: { conversations: 0, messages: 0, attachments: 0, contactInboxes: 0 },
        contactsMerged: 0,
        skipped: 0,
        batches: 0,
        pass: 1,
        cancelRequestedAt: null,
        errorMessage: null,
        errorBacktrace: null,
        createdAt: now,
        startedAt: null,
        completedAt: null,
        updatedAt: now,
      })
      assert.deepEqual(await account.findInboxMigration({ migrationId: undo.id }), undo)
      const rows = await raw.inboxMigrations(accountId)
      const undoing = { kind: 'undo', undoes: done.id, source_oa_id: done.destinationOaId, destination_oa_id: done.sourceOaId }
      holds(
        rows.find(({ id }) => id === undo.id),
        undoing,
      )
      holds(
        rows.find(({ id }) => id === done.id),
        { kind: 'move', undoes: null },
      )
    },
  },
  {
    title: 'finds no migration of another account to undo, nor one that is unknown',
    async run({ scene, raw, unique }) {
      const here = scene()
      const move = await moveOf(here, unique)
      const { id: migrationId } = await moveAll(move, await begun(move))
      const theirs = here.foreign()
      await rejects(theirs.account.undoInboxMigration({ migrationId }), 'NOT_FOUND', { what: 'inbox migration' })
      await rejects(here.account.undoInboxMigration({ migrationId: unique('unknown') }), 'NOT_FOUND', { what: 'inbox migration' })
      assert.deepEqual(await raw.inboxMigrations(theirs.accountId), [])
      assert.equal((await raw.inboxMigrations(here.accountId)).length, 1)
    },
  },
  {
    title: 'lets one of 10 callers undo a migration when replies are lost, and tells the others which undo it is',
    async run({ scene, storeOver, raw, unique }) {
      const here = scene()
      const move = await moveOf(here, unique)
      const { id: migrationId } = await moveAll(move, await begun(move))
      const account = storeOver(losingReplies(2), { retry }).forAccount(here.accountId)
      const outcomes = await racing(10, (index) =>
        (index === 0 ? account : here.account).undoInboxMigration({ migrationId }).then(
          () => 'begun',
          (error: unknown) => (isConversationStoreError(error) ? error.code : String(error)),
        ),
      )
      assert.deepEqual(tally(outcomes), { begun: 1, INBOX_MIGRATION_IN_PROGRESS: 9 })
      assert.equal((await raw.inboxMigrations(here.accountId)).length, 2)
    },
  },
  {
    title: 'goes on with a new undo where a cancelled one stopped, and undoes a migration that was cancelled',
    async run({ scene, unique }) {
      const here = scene()
      const move = await moveOf(here, unique)
      const { account, oaId } = here
      for (const customerId of ['a', 'b', 'c', 'd']) await account.upsertConversation({ oaId, customerId })
      const moving = await batch(move, await begun(move), { people: 3 })
      await account.endInboxMigration({ migrationId: moving.id, as: 'cancelled' })
      const { id: migrationId } = await batch(move, moving)
      const first = await batch(move, await account.undoInboxMigration({ migrationId }), { people: 2 })
      holds(first.moved, { conversations: 2, contactInboxes: 2 })
      await account.endInboxMigration({ migrationId: first.id, as: 'cancelled' })
      holds(await batch(move, first), { status: 'cancelled' })
      const done = await moveAll(move, await account.undoInboxMigration({ migrationId }))
      holds(done, { status: 'completed', skipped: 0, moved: { conversations: 1, messages: 0, attachments: 0, contactInboxes: 1 } })
      assert.equal((await account.findByOa({ oaId })).items.length, 4)
    },
  },
])
