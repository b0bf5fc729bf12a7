import assert from 'node:assert/strict'
import { isConversationStoreError } from '../../../model/errors.js'
import type { CaseList } from '../../contract-case.js'
import { holds, only, racing, rejects, tally } from '../../expectations.js'

export const versionCases: CaseList = [
  {
    title: 'writes when the version is the expected one, and adds 1',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      await open()
      const first = await account.upsertConversation({ ...key, nickname: 'a', expectedVersion: 0 })
      assert.equal(first.conversation.version, 1)
      await account.upsertConversation({ ...key, nickname: 'b', expectedVersion: 1 })
      holds(only(await rows.conversations()), { version: 2, nickname: 'b' })
    },
  },
  {
    title: 'refuses a stale version, says the actual one, and leaves the row untouched',
    async run({ scene }) {
      const { account, key, rows } = scene()
      await account.upsertConversation({ ...key, nickname: 'a' })
      await account.upsertConversation({ ...key, nickname: 'b' })
      const before = await rows.conversations()
      await rejects(account.upsertConversation({ ...key, nickname: 'c', expectedVersion: 0 }), 'VERSION_CONFLICT', {
        expected: 0,
        actual: 1,
      })
      await rejects(account.upsertConversation({ ...key, nickname: 'c', expectedVersion: 2 }), 'VERSION_CONFLICT', {
        expected: 2,
        actual: 1,
      })
      assert.deepEqual(await rows.conversations(), before)
    },
  },
  {
    title: 'checks the version even when there is nothing to change',
    async run({ scene }) {
      const { account, key } = scene()
      await account.upsertConversation({ ...key, nickname: 'a' })
      await rejects(account.upsertConversation({ ...key, nickname: 'a', expectedVersion: 7 }), 'VERSION_CONFLICT', { actual: 0 })
      const same = await account.upsertConversation({ ...key, nickname: 'a', expectedVersion: 0 })
      assert.equal(same.outcome, 'unchanged')
    },
  },
  {
    title: 'takes 0 for a version and not for `absent`',
    async run({ scene }) {
      const { account, key, rows } = scene()
      await rejects(account.upsertConversation({ ...key, expectedVersion: 0 }), 'VERSION_CONFLICT', { expected: 0, actual: null })
      assert.deepEqual(await rows.conversations(), [])
      assert.deepEqual(await rows.contacts(), [])
      assert.deepEqual(await rows.contactInboxes(), [])
      const created = await account.upsertConversation({ ...key, expectedVersion: 'absent' })
      assert.equal(created.outcome, 'created')
      await rejects(account.upsertConversation({ ...key, expectedVersion: 'absent' }), 'VERSION_CONFLICT', {
        expected: 'absent',
        actual: 0,
      })
      const updated = await account.upsertConversation({ ...key, nickname: 'a', expectedVersion: 0 })
      assert.equal(updated.outcome, 'updated')
    },
  },
  {
    title: 'counts a closed conversation as absent',
    async run({ scene }) {
      const { account, key, open } = scene()
      const { id } = await open()
      await account.closeConversation({ conversationId: id })
      await rejects(account.upsertConversation({ ...key, expectedVersion: 1 }), 'VERSION_CONFLICT', { expected: 1, actual: null })
      const reopened = await account.upsertConversation({ ...key, expectedVersion: 'absent', onClosed: 'reopen' })
      assert.equal(reopened.outcome, 'reopened')
      assert.equal(reopened.conversation.id, id)
    },
  },
  {
    title: 'lets one of 25 concurrent callers that expect the same version win',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      await open()
      const results = await racing(25, (index) =>
        account.upsertConversation({ ...key, nickname: `name ${index}`, expectedVersion: 0 }).then(
          ({ outcome, conversation }) => ({ outcome, nickname: conversation.nickname }),
          (error: unknown) => {
            assert.ok(isConversationStoreError(error, 'VERSION_CONFLICT'), String(error))
            assert.deepEqual(error.details, { expected: 0, actual: 1 })
            return { outcome: 'conflict', nickname: null }
          },
        ),
      )
      assert.deepEqual(tally(results.map(({ outcome }) => outcome)), { updated: 1, conflict: 24 })
      holds(only(await rows.conversations()), { version: 1, nickname: results.find(({ outcome }) => outcome === 'updated')?.nickname })
    },
  },
  {
    title: 'lets one of 25 concurrent callers that expect none create it',
    async run({ scene }) {
      const { account, key, rows } = scene()
      const outcomes = await racing(25, () =>
        account.upsertConversation({ ...key, expectedVersion: 'absent' }).then(
          ({ outcome }) => outcome,
          (error: unknown) => {
            assert.ok(isConversationStoreError(error, 'VERSION_CONFLICT'), String(error))
            assert.deepEqual(error.details, { expected: 'absent', actual: 0 })
            return 'conflict'
          },
        ),
      )
      assert.deepEqual(tally(outcomes), { created: 1, conflict: 24 })
      only(await rows.conversations())
    },
  },
]
