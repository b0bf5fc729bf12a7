import assert from 'node:assert/strict'
import type { ConversationStoreError } from '../../model/errors.js'
import { mergedParts } from '../../model/limits.js'
import type { CaseList } from '../contract-case.js'
import { rejects } from '../expectations.js'

/**
 * Checks what a host may rely on for every refusal that is a decision: nothing was written, and the call would be
 * refused again.
 */
function isFinal(error: ConversationStoreError): void {
  assert.equal(error.retryable, false)
  assert.equal(error.outcome, 'not_applied')
  assert.ok(error.message.startsWith(`${error.code}: `))
  const { cause: _, ...json } = { ...error.toJSON(), cause: undefined }
  assert.deepEqual(JSON.parse(JSON.stringify(error)), json)
}

export const notFoundCases: CaseList = [
  {
    title: 'is one and the same answer for what is not there and for what another account has',
    async run({ scene }) {
      const ours = scene()
      const theirs = ours.foreign()
      const { id, contactId } = await theirs.open()
      const until = new Date('2100-01-01')
      const { account } = ours
      const refusals = (conversationId: string, contact: string) => {
        const writes = [
          account.closeConversation({ conversationId }),
          account.snoozeConversation({ conversationId, until }),
          account.reopenConversation({ conversationId }),
          account.markRead({ conversationId }),
          account.markUnread({ conversationId }),
          account.updateConversation({ conversationId }),
          account.updateContact({ contactId: contact, name: 'x' }),
        ]
        return Promise.all(writes.map((write) => rejects(write, 'NOT_FOUND')))
      }
      const [foreign, unknown] = [await refusals(id, contactId), await refusals('x', 'x')]
      foreign.forEach(isFinal)
      assert.deepEqual(
        foreign.map((error) => error.toJSON()),
        unknown.map((error) => error.toJSON()),
      )
    },
  },
  {
    title: 'is the answer for an inbox that another account has',
    needs: ['joint writes'],
    async run({ scene }) {
      const ours = scene()
      const theirs = ours.foreign()
      await theirs.account.connectInbox({ oaId: theirs.oaId, channel: 'sms' })
      const foreign = await rejects(ours.account.disconnectInbox({ oaId: ours.oaId }), 'NOT_FOUND')
      isFinal(foreign)
      const unknown = await rejects(ours.account.disconnectInbox({ oaId: 'x' }), 'NOT_FOUND')
      assert.deepEqual(foreign.toJSON(), unknown.toJSON())
    },
  },
]

export const versionConflictCases: CaseList = [
  {
    title: 'says which version was expected and which one there is, and that the caller has to decide anew',
    async run({ scene }) {
      const { account, key, open } = scene()
      await open()
      await account.updateNickname({ ...key, nickname: 'a' })
      const error = await rejects(account.updateNickname({ ...key, nickname: 'b', expectedVersion: 0 }), 'VERSION_CONFLICT')
      assert.deepEqual(error.details, { expected: 0, actual: 1 })
      isFinal(error)
    },
  },
]

export const activeConversationExistsCases: CaseList = [
  {
    title: 'names the active conversation that stands in the way',
    async run({ scene }) {
      const { account, key, open } = scene()
      const first = await open()
      await account.closeConversation(key)
      const second = await open()
      const error = await rejects(account.reopenConversation({ conversationId: first.id }), 'ACTIVE_CONVERSATION_EXISTS')
      assert.deepEqual(error.details, { conversationId: second.id })
      isFinal(error)
      await account.closeConversation({ conversationId: second.id })
      assert.equal((await account.reopenConversation({ conversationId: first.id })).outcome, 'reopened')
    },
  },
]

export const invalidTransitionCases: CaseList = [
  {
    title: 'names the status there is and the one that was wanted',
    async run({ scene }) {
      const { account, key, open } = scene()
      const { id } = await open()
      await account.closeConversation(key)
      const until = new Date('2100-01-01')
      const error = await rejects(account.snoozeConversation({ conversationId: id, until }), 'INVALID_TRANSITION')
      assert.deepEqual(error.details, { from: 'closed', to: 'snoozed' })
      isFinal(error)
    },
  },
]

export const usernameTakenCases: CaseList = [
  {
    title: 'names the conversation that has the username, until that one is closed',
    needs: ['joint writes'],
    async run({ scene }) {
      const { account, key, another } = scene()
      const other = another()
      const claim = { customerUsername: 'lan', matchUsername: true }
      const { conversation } = await account.upsertConversation({ ...key, ...claim })
      await other.open()
      const error = await rejects(account.upsertConversation({ ...other.key, ...claim }), 'USERNAME_TAKEN')
      assert.deepEqual(error.details, { conversationId: conversation.id })
      isFinal(error)
      await account.closeConversation(key)
      assert.equal((await account.upsertConversation({ ...other.key, ...claim })).outcome, 'updated')
    },
  },
]

export const inboxAlreadyConnectedCases: CaseList = [
  {
    title: 'says nothing of the account that has it',
    needs: ['joint writes'],
    async run({ scene }) {
      const ours = scene()
      const theirs = ours.foreign()
      const { oaId } = ours
      const inbox = await theirs.account.connectInbox({ oaId, channel: 'sms', name: 'their secret name' })
      const error = await rejects(ours.account.connectInbox({ oaId, channel: 'sms' }), 'INBOX_ALREADY_CONNECTED')
      assert.deepEqual(error.details, { channel: 'sms', oaId })
      isFinal(error)
      for (const secret of [theirs.accountId, inbox.id, 'their secret name']) assert.ok(!JSON.stringify(error).includes(secret))
    },
  },
]

export const inboxChannelMismatchCases: CaseList = [
  {
    title: 'names the channel that the inbox is on and the one that was given',
    needs: ['joint writes'],
    async run({ scene }) {
      const { account, oaId, key } = scene()
      await account.connectInbox({ oaId, channel: 'messenger' })
      const error = await rejects(account.upsertConversation({ ...key, channel: 'instagram' }), 'INBOX_CHANNEL_MISMATCH')
      assert.deepEqual(error.details, { expected: 'messenger', actual: 'instagram' })
      isFinal(error)
    },
  },
]

export const mergeRefusedCases: CaseList = [
  {
    title: 'tells that two ids lead to one conversation, and which merge has to be undone first',
    needs: ['joint writes'],
    async run({ scene }) {
      const { account, key, another } = scene()
      const { conversation: own } = await account.upsertConversation(key)
      const same = await rejects(account.mergeConversations({ keep: key, lose: { conversationId: own.id } }), 'MERGE_REFUSED')
      assert.deepEqual(same.details, { reason: 'same conversation', mergeId: null })
      isFinal(same)
      const [second, third] = [another(), another()]
      await second.open()
      await third.open()
      const { mergeId: first } = await account.mergeConversations({ keep: key, lose: second.key })
      const { mergeId: last } = await account.mergeConversations({ keep: key, lose: third.key })
      const refused = await rejects(account.unmergeConversations({ mergeId: first }), 'MERGE_REFUSED')
      assert.deepEqual(refused.details, { reason: 'not the last', mergeId: last })
      isFinal(refused)
    },
  },
  {
    title: 'tells that a conversation holds as many others as it can',
    needs: ['joint writes'],
    async run({ scene }) {
      const { account, key, another, open } = scene()
      await open()
      for (let times = 0; times < mergedParts; times++) {
        const other = another()
        await other.open()
        await account.mergeConversations({ keep: key, lose: other.key })
      }
      const other = another()
      await other.open()
      const refused = await rejects(account.mergeConversations({ keep: key, lose: other.key }), 'MERGE_REFUSED')
      assert.deepEqual(refused.details, { reason: 'too many parts', mergeId: null })
      assert.equal((await other.open()).version, 0)
    },
  },
]
