import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { holds, only, present, rejects } from '../../expectations.js'

const until = new Date('2100-01-01')

export const statusCases: CaseList = [
  {
    title: 'takes the livelier status of the two',
    async run({ clock, store, scene }) {
      const { account, key, another, open } = scene(store({ clock: clock.now }))
      const { id } = await open()
      await account.closeConversation(key)
      const [second, third] = [another(), another()]
      await second.open()
      await account.snoozeConversation({ ...second.key, until })
      await third.open()
      const closed = await account.findByOaAndCustomer({ ...key, status: 'any' })
      holds(closed, { status: 'closed' })
      const now = clock.advance(1_000)
      const keep = { conversationId: id }
      const { conversation: snoozed } = await account.mergeConversations({ keep, lose: second.key })
      holds(snoozed, { status: 'snoozed', snoozedUntil: until, closedAt: null, statusChangedAt: now, version: 2 })
      const later = clock.advance(1_000)
      const { conversation } = await account.mergeConversations({ keep, lose: third.key })
      holds(conversation, { status: 'open', snoozedUntil: null, statusChangedAt: later, version: 3 })
      assert.deepEqual(await account.findByOaAndCustomer(key), conversation)
    },
  },
  {
    title: 'keeps an open conversation as it is beside a closed one, and makes one of one customer’s two',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      const old = await open()
      await account.closeConversation(key)
      const { conversation } = await account.upsertConversation({ ...key, nickname: 'new' })
      const merged = await account.mergeConversations({ keep: key, lose: { conversationId: old.id } })
      holds(merged.conversation, { id: conversation.id, status: 'open', nickname: 'new', version: 1 })
      holds(only(await rows.conversations()), { id: conversation.id })
    },
  },
  {
    title: 'moves an active conversation into a closed one of its customer, which is active then',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      const old = await open()
      await account.closeConversation(key)
      await account.upsertConversation(key)
      const merged = await account.mergeConversations({ keep: { conversationId: old.id }, lose: key })
      holds(merged.conversation, { id: old.id, status: 'open', closedAt: null })
      holds(await account.findByOaAndCustomer(key), { id: old.id })
      holds(only(await rows.conversations()), { id: old.id, status: 'open' })
    },
  },
  {
    title: 'makes no conversation active beside another one of its customer',
    async run({ scene }) {
      const { account, key, open, another } = scene()
      const old = await open()
      await account.closeConversation(key)
      const active = await open()
      const other = another()
      const before = await other.open()
      const keep = { conversationId: old.id }
      await rejects(account.mergeConversations({ keep, lose: other.key }), 'ACTIVE_CONVERSATION_EXISTS', { conversationId: active.id })
      assert.deepEqual(await other.open(), before)
      holds(await account.findConversation(keep), { status: 'closed', version: 1 })
    },
  },
  {
    title: 'asks for the versions of both',
    async run({ scene }) {
      const { account, key, open, another } = scene()
      const other = another()
      await Promise.all([open(), other.open()])
      await account.updateNickname({ ...key, nickname: 'x' })
      const merge = (expectedVersions: { readonly keep?: number; readonly lose?: number }) =>
        account.mergeConversations({ keep: key, lose: other.key, expectedVersions })
      await rejects(merge({ keep: 0 }), 'VERSION_CONFLICT', { expected: 0, actual: 1 })
      await rejects(merge({ keep: 1, lose: 1 }), 'VERSION_CONFLICT', { expected: 1, actual: 0 })
      holds(present((await merge({ keep: 1, lose: 0 })).conversation), { version: 2, nickname: 'x' })
      await rejects(merge({}), 'NOT_FOUND')
    },
  },
]
