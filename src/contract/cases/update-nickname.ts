import assert from 'node:assert/strict'
import type { CaseList } from '../contract-case.js'
import { holds, only, rejects } from '../expectations.js'

export const updateNicknameCases: CaseList = [
  {
    title: 'gives a conversation a nickname and takes it away, and changes nothing else',
    async run({ clock, store, scene }) {
      const { account, key, open, rows } = scene(store({ clock: clock.now }))
      const before = await open()
      const now = clock.advance(1_000)
      const named = await account.updateNickname({ conversationId: before.id, nickname: '$n' })
      assert.equal(named.outcome, 'updated')
      assert.deepEqual(named.conversation, { ...before, nickname: '$n', version: 1, updatedAt: now })
      holds(only(await rows.conversations()), { nickname: '$n', version: 1 })
      const cleared = await account.updateNickname({ ...key, nickname: null })
      holds(cleared.conversation, { nickname: null, version: 2 })
      holds(only(await rows.conversations()), { nickname: null, version: 2 })
    },
  },
  {
    title: 'keeps $, ., quotes, emoji and combining marks; removes U+0000 and lone surrogates',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      await open()
      for (const [nickname, kept] of [
        ['$$ROOT.nickname', '$$ROOT.nickname'],
        [`"'\`;--\\`, `"'\`;--\\`],
        ['👩‍👩‍👧‍👦 e\u0301 ﷽', '👩‍👩‍👧‍👦 e\u0301 ﷽'],
        ['L\u0000a\ud800n', 'La\ufffdn'],
        ['', ''],
      ] as const) {
        const { conversation } = await account.updateNickname({ ...key, nickname })
        assert.equal(conversation.nickname, kept)
        assert.equal(only(await rows.conversations()).nickname, kept)
      }
    },
  },
  {
    title: 'is `unchanged` when the nickname is that already',
    async run({ scene }) {
      const { account, key, open } = scene()
      await open()
      const { conversation } = await account.updateNickname({ ...key, nickname: 'Lan' })
      const again = await account.updateNickname({ ...key, nickname: 'Lan' })
      assert.equal(again.outcome, 'unchanged')
      assert.deepEqual(again.conversation, conversation)
    },
  },
  {
    title: 'refuses a stale version',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      await open()
      await account.updateNickname({ ...key, nickname: 'a', expectedVersion: 0 })
      await rejects(account.updateNickname({ ...key, nickname: 'b', expectedVersion: 0 }), 'VERSION_CONFLICT', { expected: 0, actual: 1 })
      holds(only(await rows.conversations()), { nickname: 'a', version: 1 })
    },
  },
  {
    title: 'does not find another account’s conversation, nor a customer without an active one',
    async run({ scene }) {
      const ours = scene()
      const theirs = ours.foreign()
      const { id } = await theirs.open()
      await rejects(ours.account.updateNickname({ conversationId: id, nickname: 'x' }), 'NOT_FOUND')
      await rejects(ours.account.updateNickname({ ...ours.key, nickname: 'x' }), 'NOT_FOUND')
      await theirs.account.closeConversation(theirs.key)
      await rejects(theirs.account.updateNickname({ ...theirs.key, nickname: 'x' }), 'NOT_FOUND')
      holds(only(await theirs.rows.conversations()), { nickname: null })
    },
  },
  {
    title: 'refuses an input without a nickname: leaving it out is no way to clear it',
    async run({ scene }) {
      const { account, key, open } = scene()
      await open()
      await rejects(account.updateNickname(key as never), 'VALIDATION_FAILED')
      await rejects(account.updateNickname({ ...key, nickname: 7 as never }), 'VALIDATION_FAILED')
    },
  },
]
