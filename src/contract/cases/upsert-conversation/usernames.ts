import assert from 'node:assert/strict'
import { type CaseList, withJointWrites } from '../../contract-case.js'
import { said } from '../../events.js'
import { column, holds, only, present, rejects } from '../../expectations.js'

export const usernameCases: CaseList = withJointWrites([
  {
    title: 'adopts the active conversation of the same username for a new customer id, which both find from then on',
    async run({ scene }) {
      const old = scene()
      const fresh = old.another()
      const { account, rows } = old
      const first = await account.upsertConversation({ ...old.key, customerUsername: '@Lan.Ng', matchUsername: true })
      const claim = { ...fresh.key, customerUsername: 'lan.ng', matchUsername: true, nickname: 'Lan' }
      const { outcome, conversation } = await account.upsertConversation(claim)
      assert.equal(outcome, 'adopted')
      holds(conversation, { id: first.conversation.id, customerId: old.customerId, contactId: first.conversation.contactId, version: 1 })
      assert.deepEqual(
        conversation.identities,
        [old, fresh].map(({ customerId }) => ({ id: customerId, kind: null, formerSince: null })),
      )
      assert.deepEqual(await account.findByOaAndCustomer(fresh.key), conversation)
      assert.deepEqual(await account.findByOaAndCustomer(old.key), conversation)
      const again = await account.upsertConversation(fresh.key)
      assert.equal(again.outcome, 'unchanged')
      assert.equal(again.conversation.id, conversation.id)
      const inboxes = await rows.contactInboxes()
      const canonical = present(inboxes.find((row) => row.customer_id === old.customerId))
      holds(
        inboxes.find((row) => row.customer_id === fresh.customerId),
        { canonical_id: canonical.id, contact_id: canonical.contact_id },
      )
      assert.equal(canonical.canonical_id, null)
      holds(only(await rows.conversations()), { id: conversation.id, username_key: 'lan.ng', contact_inbox_id: canonical.id })
      only(await rows.contacts())
    },
  },
  {
    title: 'names the older contact of two that become one by an adoption, and leaves the other one as it was',
    async run({ scene }) {
      const old = scene()
      const holder = old.another()
      const { account, rows } = old
      await account.upsertConversation({ ...old.key, customerName: 'Lan' })
      await account.closeConversation(old.key)
      await account.upsertConversation({ ...holder.key, customerUsername: 'lan', matchUsername: true, customerName: 'Hoa' })
      const claim = { customerUsername: 'lan', matchUsername: true, customerName: 'Lan Nguyen' }
      const { outcome, conversation } = await account.upsertConversation({ ...old.key, ...claim })
      assert.equal(outcome, 'adopted')
      holds(await account.findContact({ contactId: present(conversation.contactId) }), { name: 'Lan Nguyen' })
      const contacts = await rows.contacts()
      const kept = present(contacts.find((row) => row.merged_into === null))
      holds(only(contacts.filter((row) => row.merged_into !== null)), { name: 'Hoa', merged_into: kept.id })
    },
  },
  {
    title: 'opens the next conversation under the canonical customer, whichever id comes',
    async run({ scene }) {
      const old = scene()
      const fresh = old.another()
      const { account } = old
      await account.upsertConversation({ ...old.key, customerUsername: 'lan', matchUsername: true })
      await account.upsertConversation({ ...fresh.key, customerUsername: 'lan', matchUsername: true })
      await account.closeConversation(fresh.key)
      const next = await account.upsertConversation(fresh.key)
      assert.equal(next.outcome, 'created')
      assert.equal(next.conversation.customerId, old.customerId)
      assert.equal((await account.upsertConversation(old.key)).conversation.id, next.conversation.id)
    },
  },
  {
    title: 'moves aliases along when the customer they stand for becomes an alias',
    async run({ scene }) {
      const first = scene()
      const [second, third] = [first.another(), first.another()]
      const { account, rows } = first
      const claim = { customerUsername: 'lan', matchUsername: true }
      await account.upsertConversation({ ...first.key, ...claim })
      await account.upsertConversation({ ...second.key, ...claim })
      await account.closeConversation(first.key)
      const { conversation } = await account.upsertConversation({ ...third.key, ...claim })
      const adopted = await account.upsertConversation({ ...first.key, ...claim })
      assert.equal(adopted.conversation.id, conversation.id)
      assert.equal((await account.findByOaAndCustomer(first.key))?.id, conversation.id)
      assert.equal((await account.findByOaAndCustomer(second.key))?.id, conversation.id)
      const inboxes = await rows.contactInboxes()
      const aliases = new Set(inboxes.filter((row) => row.canonical_id !== null).map((row) => row.id))
      for (const row of inboxes) assert.ok(!aliases.has(row.canonical_id), 'an alias points at an alias')
    },
  },
  {
    title: 'never adopts a closed conversation, one of another inbox or one of another account',
    async run({ scene, unique }) {
      const old = scene()
      const { account } = old
      const claim = { customerUsername: 'lan', matchUsername: true }
      await account.upsertConversation({ ...old.key, ...claim })
      const elsewhere = await account.upsertConversation({ oaId: unique('oa'), customerId: 'c2', ...claim })
      assert.equal(elsewhere.outcome, 'created')
      const foreign = await old.foreign().account.upsertConversation({ oaId: old.oaId, customerId: 'c2', ...claim })
      assert.equal(foreign.outcome, 'created')
      await account.closeConversation(old.key)
      const after = await account.upsertConversation({ oaId: old.oaId, customerId: 'c2', ...claim })
      assert.equal(after.outcome, 'created')
      assert.equal(after.conversation.customerId, 'c2')
    },
  },
  {
    title: 'neither matches nor claims a username without `matchUsername`',
    async run({ scene }) {
      const first = scene()
      const { account, rows } = first
      await account.upsertConversation({ ...first.key, customerUsername: 'lan' })
      const second = await account.upsertConversation({ ...first.another().key, customerUsername: 'lan', matchUsername: true })
      assert.equal(second.outcome, 'created')
      const third = await account.upsertConversation({ ...first.another().key, customerUsername: 'lan' })
      assert.equal(third.outcome, 'created')
      assert.deepEqual(column(await rows.conversations(), 'username_key'), ['lan', null, null])
    },
  },
  {
    title: 'says USERNAME_TAKEN where both customer ids have an active conversation, and writes nothing',
    async run({ scene }) {
      const old = scene()
      const fresh = old.another()
      const { account, rows } = old
      const first = await account.upsertConversation({ ...old.key, customerUsername: 'lan', matchUsername: true })
      await fresh.open()
      const before = await rows.conversations()
      const claim = { ...fresh.key, customerUsername: 'LAN', matchUsername: true, nickname: 'x' }
      await rejects(account.upsertConversation(claim), 'USERNAME_TAKEN', { conversationId: first.conversation.id })
      assert.deepEqual(await rows.conversations(), before)
      await account.closeConversation(old.key)
      assert.equal((await account.upsertConversation(claim)).outcome, 'updated')
    },
  },
  {
    title: 'reopens without its username where another active conversation has claimed it since',
    async run({ scene }) {
      const old = scene()
      const { account, rows } = old
      const claim = { customerUsername: 'lan', matchUsername: true }
      const first = await account.upsertConversation({ ...old.key, ...claim })
      await account.closeConversation(old.key)
      await account.upsertConversation({ ...old.another().key, ...claim })
      const reopened = await account.upsertConversation({ ...old.key, onClosed: 'reopen' })
      assert.equal(reopened.outcome, 'reopened')
      holds(
        (await rows.conversations()).find((row) => row.id === first.conversation.id),
        { username_key: null, status: 'open' },
      )
    },
  },
  {
    title: 'keeps what a chat says under its own id when it adopts a conversation that had no channel yet',
    needs: ['events'],
    async run({ scene }) {
      const old = scene()
      const chat = old.another()
      const { account, rows } = old
      const named = { customerUsername: 'lan', matchUsername: true }
      const first = await account.upsertConversationWithEvents({ ...old.key, ...named, events: [said('1')] })
      const later = { ...chat.key, ...named, channel: 'telegram', events: [said('2')] }
      const { outcome, conversation } = await account.upsertConversationWithEvents(later)
      assert.deepEqual([outcome, conversation?.id], ['adopted', first.conversation?.id])
      const inboxes = new Map((await rows.contactInboxes()).map(({ id, customer_id }) => [id, customer_id]))
      const under = (await rows.messages()).map(({ message_id, contact_inbox_id, own_id }) => [
        message_id,
        inboxes.get(contact_inbox_id),
        own_id,
      ])
      assert.deepEqual(under.sort(), [
        ['1', old.customerId, null],
        ['2', chat.customerId, null],
      ])
    },
  },
  {
    title: 'does nothing on WhatsApp, whether the call says so, the inbox, or what is known of the customer',
    async run({ scene, unique }) {
      const claim = { customerUsername: 'lan', matchUsername: true }
      for (const told of ['by the call', 'by the inbox', 'by the customer']) {
        const first = scene()
        const { account, rows } = first
        const oaId = unique('oa')
        if (told === 'by the inbox') await account.connectInbox({ oaId, channel: 'whatsapp' })
        const channel = told === 'by the call' ? { channel: 'whatsapp' } : {}
        const people = ['a', 'b', 'c'].map((customerId) => ({ oaId, customerId }))
        const [lan, hoa, mai] = people
        if (told === 'by the customer') {
          for (const person of people) {
            await account.upsertConversation({ ...person, channel: 'whatsapp' })
          }
        }
        const outcome = told === 'by the customer' ? 'updated' : 'created'
        for (const person of [lan, hoa]) {
          const written = await account.upsertConversation({ ...present(person), ...channel, ...claim })
          assert.equal(written.outcome, outcome, told)
          holds(written.conversation, { ...person, channel: 'whatsapp', customerUsername: 'lan' })
        }
        const bulk = { conversations: [{ ...present(mai), ...channel, ...claim }] }
        holds(only(await account.bulkUpsertConversationsWithEvents(bulk)), { ok: true, outcome })
        assert.deepEqual(column(await rows.conversations(), 'username_key'), [null, null, null])
      }
    },
  },
])
