import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { holds, only, racing } from '../../expectations.js'

const everything = {
  nickname: 'Lan',
  customerName: 'Lan Nguyen',
  customerUsername: 'lan.nguyen',
  chatbotId: 'bot-1',
  metadata: { plan: 'gold' },
}

export const patchCases: CaseList = [
  {
    title: 'gives a contact and its conversation one name, whichever of 20 concurrent callers comes last',
    async run({ scene }) {
      const { account, key, rows } = scene()
      for (const write of ['upsertConversation', 'updateConversation'] as const) {
        await racing(20, (index) => account[write]({ ...key, customerName: `${write} ${index}` }))
        const { customer_name: name } = only(await rows.conversations())
        holds(only(await rows.contacts()), { name, name_source: 'channel' })
      }
    },
  },
  {
    title: 'keeps what a patch leaves out and clears what it sets to null',
    async run({ scene }) {
      const { account, key, rows } = scene()
      await account.upsertConversation({ ...key, ...everything })
      const kept = await account.upsertConversation({ ...key, nickname: 'Hoa' })
      assert.equal(kept.outcome, 'updated')
      holds(kept.conversation, { ...everything, nickname: 'Hoa', version: 1 })
      const cleared = await account.upsertConversation({
        ...key,
        nickname: null,
        customerName: null,
        customerUsername: null,
        chatbotId: null,
        metadata: null,
      })
      holds(cleared.conversation, {
        version: 2,
        nickname: null,
        customerName: null,
        customerUsername: null,
        chatbotId: null,
        metadata: null,
      })
      holds(only(await rows.conversations()), {
        version: 2,
        nickname: null,
        customer_name: null,
        customer_username: null,
        chatbot_id: null,
        metadata: null,
      })
    },
  },
  {
    title: 'is `unchanged`, at the same version and time, when the patch says what is there',
    async run({ clock, store, scene }) {
      const { account, key } = scene(store({ clock: clock.now }))
      const before = await account.upsertConversation({ ...key, ...everything })
      clock.advance(1_000)
      const after = await account.upsertConversation({ ...key, ...everything, metadata: { plan: 'gold' } })
      assert.equal(after.outcome, 'unchanged')
      assert.deepEqual(after.conversation, before.conversation)
    },
  },
  {
    title: 'replaces metadata as a whole',
    async run({ scene }) {
      const { account, key, rows } = scene()
      await account.upsertConversation({ ...key, metadata: { a: 1, nested: { b: 2 } } })
      const { conversation } = await account.upsertConversation({ ...key, metadata: { nested: { c: 3 } } })
      assert.deepEqual(conversation.metadata, { nested: { c: 3 } })
      assert.deepEqual(only(await rows.conversations()).metadata, { nested: { c: 3 } })
    },
  },
  {
    title: 'sets updatedAt to now, and no other time, when it changes something',
    async run({ clock, store, scene }) {
      const { account, key } = scene(store({ clock: clock.now }))
      const before = await account.upsertConversation(key)
      const now = clock.advance(90_000)
      const { conversation } = await account.upsertConversation({ ...key, nickname: 'Lan' })
      assert.deepEqual(conversation, { ...before.conversation, nickname: 'Lan', version: 1, updatedAt: now })
    },
  },
  {
    title: 'names the contact by customerName, until a person types a name',
    async run({ scene }) {
      const { account, key, rows } = scene()
      const { conversation } = await account.upsertConversation({ ...key, customerName: 'lan_1998' })
      await account.upsertConversation({ ...key, customerName: 'Lan N.' })
      holds(only(await rows.contacts()), { name: 'Lan N.', name_source: 'channel' })
      await account.updateContact({ contactId: conversation.contactId, name: 'Mrs Lan' })
      const renamed = await account.upsertConversation({ ...key, customerName: 'lan_2000' })
      assert.equal(renamed.conversation.customerName, 'lan_2000')
      holds(only(await rows.contacts()), { name: 'Mrs Lan', name_source: 'person' })
      await account.updateContact({ contactId: conversation.contactId, name: null })
      await account.upsertConversation({ ...key, customerName: 'lan_2001' })
      holds(only(await rows.contacts()), { name: 'lan_2001', name_source: 'channel' })
    },
  },
  {
    title: 'does not take the contact’s name away when customerName is cleared',
    async run({ scene }) {
      const { account, key, rows } = scene()
      await account.upsertConversation({ ...key, customerName: 'Lan' })
      const { conversation } = await account.upsertConversation({ ...key, customerName: null })
      assert.equal(conversation.customerName, null)
      holds(only(await rows.contacts()), { name: 'Lan' })
    },
  },
  {
    title: 'writes the patch of a caller that reopens or creates in the same step',
    async run({ scene }) {
      const { account, key, open } = scene()
      await account.closeConversation({ conversationId: (await open()).id })
      const reopened = await account.upsertConversation({ ...key, onClosed: 'reopen', nickname: 'again' })
      holds(reopened.conversation, { nickname: 'again', version: 2 })
      await account.closeConversation(key)
      const created = await account.upsertConversation({ ...key, onClosed: 'new', nickname: 'anew' })
      holds(created.conversation, { nickname: 'anew', version: 0 })
    },
  },
]
