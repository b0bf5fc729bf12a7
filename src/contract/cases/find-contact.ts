import assert from 'node:assert/strict'
import { type CaseList, withEvents } from '../contract-case.js'
import { at } from '../events.js'
import { holds, only, present, rejects } from '../expectations.js'

export const findContactCases: CaseList = [
  {
    title: 'finds a person by id or by the customer they are',
    async run({ clock, store, scene }) {
      const { account, accountId, key, rows } = scene(store({ clock: clock.now }))
      const { conversation } = await account.upsertConversation({ ...key, customerName: 'Lan' })
      const contact = present(await account.findContact({ contactId: conversation.contactId }))
      assert.deepEqual(contact, {
        id: conversation.contactId,
        accountId,
        name: 'Lan',
        nameSource: 'channel',
        metadata: null,
        createdAt: clock.now(),
        updatedAt: clock.now(),
      })
      assert.deepEqual(await account.findContact(key), contact)
      holds(only(await rows.contacts()), { id: contact.id, name: 'Lan', name_source: 'channel', metadata: null })
    },
  },
  {
    title: 'finds by an alias the person it stands for',
    needs: ['joint writes'],
    async run({ scene }) {
      const old = scene()
      const alias = old.another()
      const { account } = old
      const claim = { customerUsername: 'lan', matchUsername: true }
      const { conversation } = await account.upsertConversation({ ...old.key, ...claim })
      await account.upsertConversation({ ...alias.key, ...claim })
      assert.equal((await account.findContact(alias.key))?.id, conversation.contactId)
    },
  },
  {
    title: 'answers null for the unknown and for another account’s',
    async run({ scene }) {
      const ours = scene()
      const { contactId } = await ours.open()
      const theirs = ours.foreign()
      assert.equal(await theirs.account.findContact({ contactId }), null)
      assert.equal(await theirs.account.findContact(ours.key), null)
      assert.equal(await ours.account.findContact({ contactId: 'nobody' }), null)
      assert.equal(await ours.account.findContact({ oaId: 'another', customerId: ours.customerId }), null)
      assert.equal(await ours.account.findContact(ours.another().key), null)
    },
  },
  {
    title: 'refuses whatever is no id, and a key that names nothing or two things',
    async run({ scene }) {
      const { account, key } = scene()
      for (const value of [{ $ne: null }, ['a'], '', 5, null, undefined]) {
        await rejects(account.findContact({ contactId: value as never }), 'VALIDATION_FAILED')
        await rejects(account.findContact({ ...key, customerId: value as never }), 'VALIDATION_FAILED')
      }
      await rejects(account.findContact({ ...key, contactId: 'a' }), 'VALIDATION_FAILED')
      await rejects(account.findContact(key, { signal: AbortSignal.abort() }), 'ABORTED')
    },
  },
  ...withEvents([
    {
      title: 'finds nobody for a customer of whom only a receipt was heard',
      async run({ scene }) {
        const { account, key, write } = scene()
        await write({ type: 'receipt', status: 'read', watermark: at(0), occurredAt: at(0) })
        assert.equal(await account.findContact(key), null)
      },
    },
  ]),
]
