import assert from 'node:assert/strict'
import { withEvents } from '../../contract-case.js'
import { at, replied, said } from '../../events.js'
import { holds, present, rejects, upTo } from '../../expectations.js'
import { minute, read, town } from '../../town.js'

export const identityChangeCases = withEvents([
  {
    title: 'retires a former number, answers the new one, and finds what was said under either',
    async run({ scene }) {
      const { account, under, notice, write, active, person } = town(scene())
      const first = await write(['N1', 'U1'], said('a1', minute(1)), replied('r1', minute(2)))
      const changed = await write(['N1'], notice(['N1'], ['N2'], 10))
      assert.deepEqual(changed.events, [{ outcome: 'applied' }])
      holds(changed, { outcome: 'updated' })
      holds(changed.conversation, { id: present(first.conversation).id, customerId: under('N2').customerId, version: 1 })
      assert.deepEqual(await person('U1'), { ids: ['-N1', 'N2', 'U1'], replyTo: 'N2', named: 'N2' })
      await write(['N2'], said('a2', minute(11)))
      for (const name of ['N1', 'N2', 'U1']) {
        holds(await active(name), { id: present(first.conversation).id, lastSeq: 3 })
        for (const messageId of ['a1', 'r1', 'a2']) present(await account.findMessage({ ...under(name).key, messageId }))
      }
      const again = await write(['N1'], notice(['N1'], ['N2'], 10))
      holds(again, { outcome: 'unchanged' })
      assert.deepEqual(again.events, [{ outcome: 'unchanged' }])
      assert.equal((await active('U1')).version, 2)
    },
  },
  {
    title: 'gives a former number to the stranger who brings it, and none of what comes late moves it back',
    async run({ scene }) {
      const { account, under, notice, write, active, person } = town(scene())
      const first = await write(['N1', 'U1'], said('a1', minute(1)), replied('r1', minute(2)), replied('r2', minute(3)))
      await write(['N1'], notice(['N1'], ['N2'], 10))
      // Evidence that is older than the change moves nothing. What was said belongs to whoever has the user id.
      const early = await write(['N1', 'U9'], said('z0', minute(9)))
      holds(early.conversation, { customerId: under('U9').customerId, recipientId: under('U9').customerId })
      assert.deepEqual(await person('U1'), { ids: ['-N1', 'N2', 'U1'], replyTo: 'N2', named: 'N2' })
      const stranger = await write(['N1', 'U9'], said('z1', minute(11)))
      assert.deepEqual(stranger.conflicts, [])
      holds(stranger.conversation, { id: present(early.conversation).id, unreadCount: 2 })
      const standing = async () => {
        assert.deepEqual(await person('U1'), { ids: ['N2', 'U1'], replyTo: 'N2', named: 'N2' })
        assert.deepEqual(await person('U9'), { ids: ['N1', 'U9'], replyTo: 'N1', named: 'U9' })
      }
      await standing()
      holds(await write(['N1', 'U1'], said('a1', minute(1))), { outcome: 'duplicate' })
      holds(await write(['N1'], said('a1', minute(1))), { outcome: 'duplicate' })
      assert.deepEqual((await write(['N1'], notice(['N1'], ['N2'], 10))).events, [{ outcome: 'unchanged' }])
      await standing()
      // Neither the stranger's watermarks nor their reading are about what was said to the number before.
      await write(['U9'], { type: 'receipt', status: 'read', watermark: at(20), occurredAt: at(20) })
      await write(['N1'], { type: 'receipt', status: 'delivered', messageIds: ['r2'], occurredAt: at(21) })
      await write(['N1'], read('r1', 12))
      const message = (messageId: string) => account.findMessage({ ...under('U1').key, messageId })
      holds(present(await message('r1')), { status: 'read', readAt: at(12) })
      holds(present(await message('r2')), { status: 'delivered', readAt: null })
      holds((await write(['N1'], said('z2', minute(22)))).conversation, { id: present(stranger.conversation).id, lastSeq: 3 })
      holds((await write(['N2'], said('a9', minute(23)))).conversation, { id: present(first.conversation).id })
      assert.equal((await active('U1')).unreadCount, 2)
    },
  },
  {
    title: 'gives a number to a stranger while its former holder’s head still goes by it, and leaves no alias of an alias',
    async run({ scene }) {
      const { account, under, notice, write, rows, active, person } = town(scene())
      const first = await write(['N1', 'U1'], said('a1', minute(1)))
      // The new number came to somebody else later. All that is known of this person is that the old ids are given up.
      await write(['N4'], notice(['N4'], ['N5'], 6))
      await write(['N1'], notice(['N1', 'U1'], ['N5'], 5))
      await account.closeConversation(under('N1').key)
      await write(['U1', 'L1'], said('a2', minute(7)))
      const stranger = await write(['N1', 'U9'], said('z1', minute(8)))
      holds(stranger.conversation, { customerId: under('U9').customerId, lastSeq: 1 })
      assert.deepEqual(await person('U1'), { ids: ['L1', 'U1'], replyTo: 'U1', named: 'U1' })
      assert.deepEqual(await person('U9'), { ids: ['N1', 'U9'], replyTo: 'N1', named: 'U9' })
      assert.notEqual((await active('U1')).id, present(stranger.conversation).id)
      present(await account.findMessage({ ...under('L1').key, messageId: 'a1' }))
      const former = await account.findConversation({ conversationId: present(first.conversation).id })
      assert.equal(present(former).recipientId, under('U1').customerId)
      const inboxes = await rows.contactInboxes()
      const heads = new Set(inboxes.filter((row) => row.canonical_id === null).map(({ id }) => id))
      for (const row of inboxes) if (row.canonical_id !== null) assert.ok(heads.has(row.canonical_id))
    },
  },
  {
    title: 'gives up the numbers with a user id that is replaced without one, until one comes again',
    async run({ scene }) {
      const { notice, write, person } = town(scene())
      await write(['N1', 'U1'], said('a1', minute(1)))
      const changed = await write(['U1'], notice(['U1'], ['U2'], 5), said('a2', minute(6)))
      assert.deepEqual(
        changed.events.map(({ outcome }) => outcome),
        ['applied', 'stored'],
      )
      holds(changed.conversation, { version: 1, lastSeq: 2 })
      assert.deepEqual(await person('U1'), { ids: ['-N1', '-U1', 'U2'], replyTo: 'U2', named: 'U2' })
      await write(['N1', 'U2'], said('a3', minute(7)))
      assert.deepEqual(await person('U2'), { ids: ['-U1', 'N1', 'U2'], replyTo: 'N1', named: 'U2' })
      // The notice is delivered again, and the number came later.
      await write(['U1'], notice(['U1'], ['U2'], 5))
      assert.deepEqual(await person('U2'), { ids: ['-U1', 'N1', 'U2'], replyTo: 'N1', named: 'U2' })
    },
  },
  {
    title: 'joins the thread of a new number that has written already, and leaves a number that another person has',
    async run({ scene }) {
      const { notice, write, active, person } = town(scene())
      const first = await write(['N1', 'U1'], said('a1', minute(1)))
      const second = await write(['N2'], said('a2', minute(2)))
      const joined = await write(['N1'], notice(['N1'], ['N2'], 3))
      holds(joined.conversation, { id: present(first.conversation).id })
      holds(await write(['N2'], said('a2', minute(2))), { outcome: 'duplicate' })
      assert.notEqual(present(second.conversation).id, present(first.conversation).id)
      holds(await active('N2'), { id: present(first.conversation).id })

      const other = await write(['N5', 'U5'], said('b1', minute(4)))
      assert.deepEqual((await write(['N2'], notice(['N2'], ['N5'], 5))).events, [{ outcome: 'applied' }])
      assert.deepEqual(await person('U1'), { ids: ['-N1', '-N2', 'U1'], replyTo: 'U1', named: 'U1' })
      assert.deepEqual(await person('U5'), { ids: ['N5', 'U5'], replyTo: 'N5', named: 'N5' })
      holds(await active('N5'), { id: present(other.conversation).id, version: 0 })
    },
  },
  {
    title: 'applies a notice before the messages of its body, and item by item in a bulk',
    async run({ scene }) {
      const { account, under, notice, item, write, person } = town(scene())
      const first = await write(['N1', 'U1'], said('a1', minute(1)))
      const together = await write(['N2'], said('a2', minute(4)), notice(['N1'], ['N2'], 3))
      holds(together.conversation, { id: present(first.conversation).id, lastSeq: 2, version: 1 })
      const results = await account.bulkUpsertConversationsWithEvents({
        conversations: [
          item(['N2'], [said('a3', minute(5))]),
          item(['N2'], [notice(['N2'], ['N3'], 6)]),
          item(['N2', 'U9'], [said('z1', minute(7))]),
        ],
      })
      assert.deepEqual(
        results.map((result) => (result.ok ? result.outcome : result.error)),
        ['updated', 'updated', 'created'],
      )
      assert.deepEqual(await person('U1'), { ids: ['-N1', 'N3', 'U1'], replyTo: 'N3', named: 'N3' })
      assert.deepEqual(await person('U9'), { ids: ['N2', 'U9'], replyTo: 'N2', named: 'U9' })
      assert.equal((await account.findMessage({ ...under('N3').key, messageId: 'a3' }))?.text, 'text of a3')
    },
  },
  {
    title: 'knows a person of whom only a notice told, opens nothing, and undoes it where the item is refused',
    async run({ scene }) {
      const { account, under, notice, item, write, rows, active, person } = town(scene())
      const told = await write(['N1'], notice(['N1'], ['N2'], 3))
      assert.equal(told.conversation, null)
      assert.deepEqual(told.events, [{ outcome: 'applied' }])
      const said1 = await write(['N1'], said('a1', minute(2)))
      holds(said1.conversation, { customerId: under('N2').customerId, recipientId: under('N2').customerId })
      await write(['N2'], said('a2', minute(4)))
      holds(await active('N1'), { id: present(said1.conversation).id, lastSeq: 2 })

      const before = (await rows.contactInboxes()).length
      const refused = { ...item(['N2'], [notice(['N2'], ['N3'], 5), said('a3', minute(6))]), expectedVersion: 7 }
      await rejects(account.upsertConversationWithEvents(refused), 'VERSION_CONFLICT')
      assert.deepEqual(await person('N2'), { ids: ['-N1', 'N2'], replyTo: 'N2', named: 'N2' })
      assert.equal((await rows.contactInboxes()).length, before)
    },
  },
  {
    title: 'lets no receipt move an id, and changes nothing where a person would have two current ids of a kind',
    async run({ scene }) {
      const { notice, write, person } = town(scene())
      await write(['N1', 'U1'], said('a1', minute(1)))
      await write(['N1'], notice(['N1'], ['N2'], 3))
      await write(['N1', 'U9'], read('r9', 5))
      assert.deepEqual(await person('U1'), { ids: ['-N1', 'N2', 'U1'], replyTo: 'N2', named: 'N2' })
      await write(['N5', 'U5'], said('b1', minute(4)))
      const odd = await write(['N2'], notice(['N2', 'N5'], ['N7'], 6))
      assert.deepEqual(odd.events, [{ outcome: 'unchanged' }])
      assert.deepEqual(await person('U5'), { ids: ['N5', 'U5'], replyTo: 'N5', named: 'N5' })
    },
  },
  {
    title: 'refuses a notice without a current id, with an id that stands there twice, and with too many',
    async run({ scene }) {
      const { identity, under, write } = town(scene())
      const [one, two] = [identity('N1'), identity('N2')]
      const change = { type: 'identity_change' as const, occurredAt: at(1) }
      for (const ids of [
        { previous: [one], current: [] },
        { previous: [one, one], current: [two] },
        { previous: [one], current: [two, two] },
        { previous: [one], current: [{ ...two, kind: '' }] },
      ]) {
        await rejects(write(['N1'], { ...change, ...ids }), 'VALIDATION_FAILED')
      }
      const many = upTo(9).map((n) => ({ id: `${under('N1').customerId} ${n}`, kind: `kind ${n}` }))
      await rejects(write(['N1'], { ...change, previous: many, current: [two] }), 'PAYLOAD_TOO_LARGE')
    },
  },
])
