import assert from 'node:assert/strict'
import type { CustomerKey } from '../../store/inputs.js'
import { type CaseList, withEvents, withJointWrites } from '../contract-case.js'
import { holds, present, racing, rejects } from '../expectations.js'
import type { Scene } from '../scene.js'

async function twoContacts(here: Scene) {
  const { account, key } = here
  const other = here.another()
  const open = async (key: CustomerKey, customerName: string) =>
    (await here.account.upsertConversation({ ...key, customerName })).conversation
  const [own, theirs] = [await open(here.key, 'Lan'), await open(other.key, 'Nguyen Lan')]
  const read = async (contactId: string) => present(await account.findContact({ contactId }))
  return {
    other,
    keptId: own.contactId,
    lostId: theirs.contactId,
    read,
    merge: () => account.mergeContacts({ keep: key, lose: other.key }),
  }
}

export const unmergeContactsCases: CaseList = [
  ...withJointWrites([
    {
      title: 'puts both back as they were',
      async run({ clock, store, scene }) {
        const here = scene(store({ clock: clock.now }))
        const { account, key, rows } = here
        const { other, keptId, lostId, read, merge } = await twoContacts(here)
        await account.updateContact({ ...other.key, name: 'Mrs Lan', metadata: { vip: true } })
        const [kept, lost] = [await read(keptId), await read(lostId)]
        const { mergeId } = await merge()
        const now = clock.advance(1_000)
        const undone = await account.unmergeContacts({ mergeId })
        assert.deepEqual(undone, { outcome: 'unmerged', kept: { ...kept, updatedAt: now }, restored: { ...lost, updatedAt: now } })
        assert.deepEqual([await account.findContact(key), await account.findContact(other.key)], [undone.kept, undone.restored])
        assert.deepEqual(
          (await rows.contacts()).map((row) => row.merged_into),
          [null, null],
        )
        for (const contactId of [keptId, lostId]) assert.equal(await account.countConversations({ contactId }), 1)
        assert.deepEqual(await account.unmergeContacts({ mergeId }), { ...undone, outcome: 'unchanged' })
      },
    },
    {
      title: 'leaves to the kept one what was changed since',
      async run({ scene }) {
        const here = scene()
        const { account, key } = here
        const { other, keptId, read, merge } = await twoContacts(here)
        await account.updateContact({ ...other.key, name: 'Mrs Lan', metadata: { vip: true, city: 'Hue', list: [1] } })
        await account.updateContact({ ...key, metadata: { born: 1990 } })
        const { mergeId } = await merge()
        await account.updateContact({
          contactId: keptId,
          name: 'Auntie',
          metadata: { vip: false, city: 'Hue', born: 1990, list: [1], own: 1 },
        })
        const { restored } = await account.unmergeContacts({ mergeId })
        holds(await read(keptId), { name: 'Auntie', nameSource: 'person', metadata: { vip: false, born: 1990, own: 1 } })
        holds(restored, { name: 'Mrs Lan', nameSource: 'person', metadata: { vip: true, city: 'Hue', list: [1] } })
      },
    },
    {
      title: 'gives back to the lost one the contacts that led to it, and is undone in reverse order',
      async run({ scene }) {
        const here = scene()
        const { account, another } = here
        const { other, keptId, lostId, merge } = await twoContacts(here)
        const { mergeId: first } = await merge()
        const third = another()
        const { contactId: lastId } = await third.open()
        const { mergeId: second } = await account.mergeContacts({ keep: third.key, lose: here.key })
        const fourth = another()
        await fourth.open()
        const { mergeId: last } = await account.mergeContacts({ keep: third.key, lose: fourth.key })

        await rejects(account.unmergeContacts({ mergeId: first }), 'MERGE_REFUSED', { reason: 'not the last', mergeId: second })
        await rejects(account.unmergeContacts({ mergeId: second }), 'MERGE_REFUSED', { reason: 'not the last', mergeId: last })
        await account.unmergeContacts({ mergeId: last })
        holds((await account.unmergeContacts({ mergeId: second })).restored, { id: keptId })
        holds(await account.findContact(other.key), { id: keptId })
        holds(await account.findContact(third.key), { id: lastId })
        holds((await account.unmergeContacts({ mergeId: first })).restored, { id: lostId })
        holds(await account.findContact(other.key), { id: lostId })
      },
    },
    {
      title: 'is undone once by 8 callers, and merges anew after that',
      async run({ scene }) {
        const here = scene()
        const { account } = here
        const { merge } = await twoContacts(here)
        const { mergeId } = await merge()
        const results = await racing(8, () => account.unmergeContacts({ mergeId }))
        assert.equal(results.filter(({ outcome }) => outcome === 'unmerged').length, 1)
        const again = await merge()
        assert.equal(again.outcome, 'merged')
        assert.notEqual(again.mergeId, mergeId)
      },
    },
    {
      title: 'refuses an unknown merge, and another account’s',
      async run({ scene }) {
        const here = scene()
        const { account } = here
        const { merge } = await twoContacts(here)
        const { mergeId } = await merge()
        await rejects(account.unmergeContacts({ mergeId: 'none' }), 'NOT_FOUND', { what: 'merge' })
        await rejects(here.foreign().account.unmergeContacts({ mergeId }), 'NOT_FOUND', { what: 'merge' })
        await rejects(account.unmergeContacts({ mergeId: 5 as never }), 'VALIDATION_FAILED')
      },
    },
  ]),
  ...withEvents([
    {
      title: 'is refused when the kept one’s customer was linked to that of an older contact since',
      async run({ scene }) {
        const here = scene()
        const { account, oaId } = here
        const older = here.another()
        await older.open()
        const { merge } = await twoContacts(here)
        const { mergeId } = await merge()
        const identities = [older, here].map(({ customerId }, index) => ({ id: customerId, kind: `kind ${index}` }))
        await account.linkCustomerIds({ oaId, identities })
        await rejects(account.unmergeContacts({ mergeId }), 'MERGE_REFUSED', { reason: 'joined since', mergeId: null })
      },
    },
  ]),
]
