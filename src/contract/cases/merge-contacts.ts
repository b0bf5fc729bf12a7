import assert from 'node:assert/strict'
import type { CustomerKey } from '../../store/inputs.js'
import { type CaseList, withJointWrites } from '../contract-case.js'
import { column, holds, only, present, racing, rejects } from '../expectations.js'
import type { Scene } from '../scene.js'

/** Two customers, and what a person typed of each of them. */
async function twoContacts(here: Scene) {
  const other = here.another()
  const open = async (key: CustomerKey, customerName: string) =>
    (await here.account.upsertConversation({ ...key, customerName })).conversation
  const [own, theirs] = [await open(here.key, 'Lan'), await open(other.key, 'Nguyen Lan')]
  return {
    other,
    keptId: own.contactId,
    lostId: theirs.contactId,
    merge: () => here.account.mergeContacts({ keep: here.key, lose: other.key }),
  }
}

export const mergeContactsCases: CaseList = withJointWrites([
  {
    title: 'lets the lost one’s id and customer lead to the kept one, and says so',
    async run({ clock, store, scene }) {
      const here = scene(store({ clock: clock.now }))
      const { account, rows } = here
      const { other, keptId, lostId, merge } = await twoContacts(here)
      await account.updateContact({ ...other.key, name: 'Mrs Lan', metadata: { vip: true, city: 'Hue' } })
      await account.updateContact({ ...here.key, metadata: { city: 'Hanoi' } })
      const now = clock.advance(1_000)
      const { outcome, mergeId, contact } = await merge()
      assert.equal(outcome, 'merged')
      holds(contact, { id: keptId, name: 'Mrs Lan', nameSource: 'person', metadata: { vip: true, city: 'Hanoi' }, updatedAt: now })
      assert.deepEqual(await account.findContact({ contactId: keptId }), contact)
      assert.deepEqual(await account.findContact({ contactId: lostId }), { ...contact, redirectedFrom: lostId })
      assert.deepEqual(await account.findContact(other.key), contact)
      const stored = new Map((await rows.contacts()).map((row) => [row.id, row.merged_into]))
      assert.deepEqual(
        stored,
        new Map([
          [keptId, null],
          [lostId, keptId],
        ]),
      )
      assert.deepEqual(await account.mergeContacts({ keep: { contactId: keptId }, lose: { contactId: lostId } }), {
        outcome: 'unchanged',
        mergeId,
        contact,
      })
    },
  },
  {
    title: 'keeps a name that a person typed of the kept one',
    async run({ scene }) {
      const here = scene()
      const { other, merge } = await twoContacts(here)
      await here.account.updateContact({ ...here.key, name: 'Auntie Lan' })
      await here.account.updateContact({ ...other.key, name: 'Mrs Lan' })
      holds((await merge()).contact, { name: 'Auntie Lan', nameSource: 'person' })
      holds(await here.account.findContact(other.key), { name: 'Auntie Lan', nameSource: 'person' })
    },
  },
  {
    title: 'links no customers: each keeps its conversation, and both are listed under either contact',
    async run({ scene }) {
      const here = scene()
      const { account, key, rows } = here
      const { other, keptId, lostId, merge } = await twoContacts(here)
      const before = [present(await account.findByOaAndCustomer(key)), present(await account.findByOaAndCustomer(other.key))]
      await merge()
      assert.deepEqual([await account.findByOaAndCustomer(key), await account.findByOaAndCustomer(other.key)], before)
      for (const contactId of [keptId, lostId]) {
        const { items } = await account.listConversations({ contactId })
        assert.deepEqual(new Set(items.map(({ id }) => id)), new Set(before.map(({ id }) => id)))
        assert.equal(await account.countConversations({ contactId }), 2)
      }
      assert.deepEqual(
        (await rows.contactInboxes()).map(({ canonical_id }) => canonical_id),
        [null, null],
      )
    },
  },
  {
    title: 'writes to the kept one what is typed by the lost one’s id, and what the channel names its customer',
    async run({ scene }) {
      const here = scene()
      const { account } = here
      const { other, keptId, lostId, merge } = await twoContacts(here)
      await merge()
      await account.upsertConversation({ ...other.key, customerName: 'Lan N.' })
      holds(await account.findContact({ contactId: keptId }), { name: 'Lan N.', nameSource: 'channel' })
      await account.updateConversation({ ...other.key, customerName: 'N. Lan' })
      holds(await account.findContact({ contactId: keptId }), { name: 'N. Lan', nameSource: 'channel' })
      holds(await account.updateContact({ contactId: lostId, name: 'Mrs Lan' }), { id: keptId, redirectedFrom: lostId, name: 'Mrs Lan' })
      holds(await account.updateContact({ ...other.key, metadata: { vip: true } }), { id: keptId, metadata: { vip: true } })
    },
  },
  {
    title: 'follows chains in one step, and lets no circle be made',
    async run({ scene }) {
      const here = scene()
      const { account, another } = here
      const { other, keptId, lostId, merge } = await twoContacts(here)
      await merge()
      const third = another()
      const { contactId: lastId } = await third.open()
      await account.mergeContacts({ keep: third.key, lose: { contactId: lostId } })
      const merged = (await here.rows.contacts()).map(({ id, merged_into }) => [id, merged_into] as const)
      assert.deepEqual(
        new Map(merged),
        new Map([
          [keptId, lastId],
          [lostId, lastId],
          [lastId, null],
        ]),
      )
      for (const key of [here.key, other.key, third.key]) holds(await account.findContact(key), { id: lastId })
      await rejects(account.mergeContacts({ keep: here.key, lose: third.key }), 'MERGE_REFUSED', { reason: 'same contact' })
      holds(await account.mergeContacts({ keep: third.key, lose: here.key }), { outcome: 'unchanged' })
    },
  },
  {
    title: 'merges once for 8 callers, and in one direction when callers differ',
    async run({ scene }) {
      const here = scene()
      const { account } = here
      const { other, merge } = await twoContacts(here)
      const results = await racing(8, merge)
      assert.equal(results.filter(({ outcome }) => outcome === 'merged').length, 1)
      assert.equal(new Set(results.map(({ mergeId }) => mergeId)).size, 1)

      const third = other.another()
      const fourth = other.another()
      await Promise.all([third.open(), fourth.open()])
      const ways = await racing(8, (index) => {
        const [keep, lose] = index % 2 === 0 ? [third.key, fourth.key] : [fourth.key, third.key]
        return account.mergeContacts({ keep, lose }).catch((error: unknown) => rejects(Promise.reject(error), 'MERGE_REFUSED'))
      })
      assert.equal(ways.filter((way) => 'outcome' in way && way.outcome === 'merged').length, 1)
      assert.equal((await here.rows.contacts()).filter((row) => row.merged_into === null).length, 2)
    },
  },
  {
    title: 'makes one of three that are merged at once, in the moment in which they were made and with nothing to give',
    async run({ clock, store, scene }) {
      const first = scene(store({ clock: clock.now }))
      const { account } = first
      const [second, third] = [first.another(), first.another()]
      for (const { open } of [first, second, third]) await open()
      const pairs = [
        { keep: second.key, lose: first.key },
        { keep: third.key, lose: second.key },
      ]
      await Promise.all(pairs.map((pair) => account.mergeContacts(pair)))
      const { id } = present(await account.findContact(third.key))
      const merged = (await first.rows.contacts()).filter((row) => row.merged_into !== null)
      assert.deepEqual(column(merged, 'merged_into'), [id, id])
      assert.equal(await account.countConversations({ contactId: id }), 3)
    },
  },
  {
    title: 'loses no name that is typed while it merges',
    async run({ scene }) {
      const here = scene()
      const { account } = here
      const { lostId, merge } = await twoContacts(here)
      await Promise.all([merge(), account.updateContact({ contactId: lostId, name: 'Mrs Lan' })])
      holds(await account.findContact(here.key), { name: 'Mrs Lan', nameSource: 'person' })
    },
  },
  {
    title: 'refuses what is no contact, and another account’s',
    async run({ scene }) {
      const here = scene()
      const { account, key } = here
      const { contactId } = await here.open()
      await rejects(account.mergeContacts({ keep: key, lose: { contactId: 'nobody' } }), 'NOT_FOUND', { what: 'contact' })
      await rejects(account.mergeContacts({ keep: here.another().key, lose: key }), 'NOT_FOUND', { what: 'contact' })
      await rejects(account.mergeContacts({ keep: key, lose: { contactId } }), 'MERGE_REFUSED', { reason: 'same contact', mergeId: null })
      const theirs = here.foreign()
      await theirs.open()
      await rejects(theirs.account.mergeContacts({ keep: theirs.key, lose: { contactId } }), 'NOT_FOUND', { what: 'contact' })
      holds(only(await here.rows.contacts()), { merged_into: null })
      for (const value of [{ $ne: null }, '', 5, null]) {
        await rejects(account.mergeContacts({ keep: key, lose: { contactId: value as never } }), 'VALIDATION_FAILED')
      }
    },
  },
])
