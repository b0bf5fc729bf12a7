import assert from 'node:assert/strict'
import { isConversationStoreError } from '../../../model/errors.js'
import { type CaseList, withJointWrites } from '../../contract-case.js'
import { losingReplies, retry } from '../../errors/losing-replies.js'
import { holds, only, racing, rejects, tally } from '../../expectations.js'
import { begun, moveOf } from './move-calls.js'

const counted = { conversations: 3, messages: 20, attachments: 2, contactInboxes: 4 }

export const beginInboxMigrationCases: CaseList = withJointWrites([
  {
    title: 'begins a migration between two inboxes, of which nobody has moved yet',
    async run({ scene, store, clock, raw, unique }) {
      const here = scene(store({ clock: clock.now }))
      const move = await moveOf(here, unique)
      const { account, sourceOaId, destinationOaId } = move
      const inboxes = new Map((await account.listInboxes()).items.map(({ oaId, id }) => [oaId, id]))
      const found = await begun(move, { kind: 'convert', userId: 'admin', counted })
      const now = clock.now()
      assert.deepEqual(found, {
        id: found.id,
        accountId: here.accountId,
        kind: 'convert',
        undoes: null,
        sourceInboxId: inboxes.get(sourceOaId),
        sourceOaId,
        destinationInboxId: inboxes.get(destinationOaId),
        destinationOaId,
        onActiveConflict: 'skip',
        userId: 'admin',
        status: 'queued',
        counted,
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
      assert.deepEqual(await account.findInboxMigration({ migrationId: found.id }), found)
      const row = { source_oa_id: sourceOaId, destination_oa_id: destinationOaId, status: 'queued', messages_count: 20, user_id: 'admin' }
      holds(only(await raw.inboxMigrations(here.accountId)), { id: found.id, ...row })
    },
  },
  {
    title: 'begins between two different inboxes alone that were connected',
    async run({ scene, raw, unique }) {
      const here = scene()
      const move = await moveOf(here, unique)
      await rejects(begun({ ...move, destinationOaId: unique('unknown') }), 'NOT_FOUND', { what: 'inbox' })
      await rejects(begun({ ...move, sourceOaId: unique('unknown') }), 'NOT_FOUND', { what: 'inbox' })
      await rejects(begun({ ...move, destinationOaId: move.sourceOaId }), 'VALIDATION_FAILED')
      const theirs = here.foreign()
      await rejects(begun({ ...move, account: theirs.account }), 'NOT_FOUND', { what: 'inbox' })
      assert.deepEqual(await raw.inboxMigrations(here.accountId), [])
    },
  },
  {
    title: 'begins once when replies are lost',
    async run({ scene, storeOver, raw, unique }) {
      const here = scene()
      const move = await moveOf(here, unique)
      const account = storeOver(losingReplies(2), { retry }).forAccount(here.accountId)
      const { id } = await begun({ ...move, account })
      holds(only(await raw.inboxMigrations(here.accountId)), { id, status: 'queued' })
    },
  },
  {
    title: 'lets one of 10 callers begin, whose inboxes are crossed, and tells the others which it is',
    async run({ scene, raw, unique }) {
      const here = scene()
      const move = await moveOf(here, unique)
      const { sourceOaId, destinationOaId } = move
      const back = { ...move, sourceOaId: destinationOaId, destinationOaId: sourceOaId }
      const outcomes = await racing(10, (index) =>
        begun(index % 2 === 0 ? move : back).then(
          () => 'begun',
          (error: unknown) => (isConversationStoreError(error) ? error.code : String(error)),
        ),
      )
      assert.deepEqual(tally(outcomes), { begun: 1, INBOX_MIGRATION_IN_PROGRESS: 9 })
      assert.equal((await raw.inboxMigrations(here.accountId)).length, 1)
    },
  },
])
