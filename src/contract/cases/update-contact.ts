import assert from 'node:assert/strict'
import type { CaseList } from '../contract-case.js'
import { holds, only, racing, rejects } from '../expectations.js'

export const updateContactCases: CaseList = [
  {
    title: 'keeps a name that a person typed, by id or by customer',
    async run({ clock, store, scene }) {
      const { account, key, rows } = scene(store({ clock: clock.now }))
      const { conversation } = await account.upsertConversation({ ...key, customerName: 'lan_1998' })
      const { contactId } = conversation
      const created = clock.now()
      const now = clock.advance(1_000)
      const contact = await account.updateContact({ contactId, name: '$Mrs. Lan', metadata: { $vip: true, 'a.b': [1] } })
      holds(contact, { id: contactId, name: '$Mrs. Lan', nameSource: 'person', metadata: { $vip: true, 'a.b': [1] } })
      holds(contact, { createdAt: created, updatedAt: now })
      assert.deepEqual(await account.findContact({ contactId }), contact)
      holds(only(await rows.contacts()), { name: '$Mrs. Lan', name_source: 'person', metadata: { $vip: true, 'a.b': [1] } })
      const again = await account.updateContact({ ...key, metadata: null })
      holds(again, { name: '$Mrs. Lan', nameSource: 'person', metadata: null })
    },
  },
  {
    title: 'lets the channel’s name in again once the typed one was cleared',
    async run({ scene }) {
      const { account, key, rows } = scene()
      await account.upsertConversation({ ...key, customerName: 'a' })
      await account.updateContact({ ...key, name: 'typed' })
      await account.upsertConversation({ ...key, customerName: 'b' })
      holds(await account.updateContact({ ...key, name: null }), { name: null, nameSource: null })
      holds(only(await rows.contacts()), { name: null, name_source: null })
      await account.upsertConversation({ ...key, customerName: 'c' })
      holds(await account.findContact(key), { name: 'c', nameSource: 'channel' })
    },
  },
  {
    title: 'leaves the conversations of the person as they are',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      await open()
      const before = await rows.conversations()
      await account.updateContact({ ...key, name: 'Mrs Lan', metadata: { a: 1 } })
      assert.deepEqual(await rows.conversations(), before)
    },
  },
  {
    title: 'loses no field to concurrent callers that write different ones',
    async run({ scene }) {
      const { account, key, open, rows } = scene()
      await open()
      await racing(20, (index) => account.updateContact({ ...key, ...(index % 2 ? { name: 'Lan' } : { metadata: { a: 1 } }) }))
      holds(only(await rows.contacts()), { name: 'Lan', name_source: 'person', metadata: { a: 1 } })
    },
  },
  {
    title: 'does not find another account’s person, nor an unknown one',
    async run({ scene }) {
      const ours = scene()
      const theirs = ours.foreign()
      const { contactId } = await theirs.open()
      await rejects(ours.account.updateContact({ contactId, name: 'x' }), 'NOT_FOUND', { what: 'contact' })
      await rejects(ours.account.updateContact({ ...ours.key, name: 'x' }), 'NOT_FOUND', { what: 'contact' })
      holds(only(await theirs.rows.contacts()), { name: null })
    },
  },
  {
    title: 'refuses what is no name or metadata',
    async run({ scene }) {
      const { account, key, open } = scene()
      await open()
      await rejects(account.updateContact({ ...key, name: { $set: 1 } as never }), 'VALIDATION_FAILED')
      await rejects(account.updateContact({ ...key, metadata: [] as never }), 'VALIDATION_FAILED')
      await rejects(account.updateContact({ ...key, metadata: { at: new Date() } as never }), 'VALIDATION_FAILED')
      await rejects(account.updateContact({ ...key, name: 'x'.repeat(4_097) }), 'PAYLOAD_TOO_LARGE', { limit: 4_096, actual: 4_097 })
    },
  },
]
