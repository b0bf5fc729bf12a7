import assert from 'node:assert/strict'
import type { EventInput } from '../../../model/event-inputs.js'
import { withEvents } from '../../contract-case.js'
import { at, replied, said } from '../../events.js'
import { holds, present } from '../../expectations.js'
import { permutations } from '../../permutations.js'
import { minute, read, town } from '../../town.js'

export const identityOrderCases = withEvents([
  {
    title: 'comes to the same whichever of two notices is delivered first',
    async run({ scene }) {
      for (const order of [
        [0, 1],
        [1, 0],
        [1, 0, 1],
        [0, 1, 0],
      ]) {
        const { notice, write, person } = town(scene())
        await write(['N1', 'U1'], said('a1', minute(1)))
        const notices = [notice(['N1'], ['N2'], 5), notice(['N2'], ['N3'], 8)]
        for (const index of order) await write(['U1'], ...notices.slice(index, index + 1))
        assert.deepEqual(await person('U1'), { ids: ['-N1', '-N2', 'N3', 'U1'], replyTo: 'N3', named: 'N3' })
      }
    },
  },
  {
    title: 'gives what a late body says to whoever has its user id, whichever of its ids it came from',
    async run({ scene }) {
      const { account, under, notice, write, active } = town(scene())
      await write(['N2'], notice(['N1', 'U1'], ['N2', 'U2'], 10))
      // A receipt makes nobody known, and yet it waits for a message of the one who has its user id.
      await write(['N1', 'U9'], read('r9', 19))
      await write(['U9'], replied('r9', minute(18)))
      holds(present(await account.findMessage({ ...under('U9').key, messageId: 'r9' })), { status: 'read' })
      await write(['N1', 'U9'], said('z1', minute(20)))
      const late = await write(['N1', 'U1'], said('a1', minute(1)), { type: 'reaction', targetMessageId: 'a1', emoji: '👍', ...minute(2) })
      holds(late.conversation, { customerId: under('N2').customerId, lastSeq: 1 })
      await write(['N2'], { type: 'reaction', targetMessageId: 'a1', emoji: '❤', ...minute(3) })
      const reactions = present(await account.findMessage({ ...under('U2').key, messageId: 'a1' })).reactions
      assert.deepEqual(
        reactions.map(({ senderId, emoji }) => [senderId, emoji]),
        [['customer', '❤']],
      )
      holds(await active('U9'), { lastSeq: 2 })
    },
  },
  {
    title: 'marks nobody else’s replies by a watermark that comes under a number which was theirs',
    async run({ scene }) {
      const { account, under, notice, write } = town(scene())
      const watermark = (n: number): EventInput => ({ type: 'receipt', status: 'read', watermark: at(n), occurredAt: at(n) })
      const status = async () => present(await account.findMessage({ ...under('U1').key, messageId: 'r1' })).status
      await write(['N1', 'U1'], said('a1', minute(1)), replied('r1', minute(2)))
      await write(['N1'], notice(['N1'], ['N2'], 10))
      await write(['N1', 'U9'], said('z0', minute(9)))
      for (const events of [[watermark(20)], [said('z0', minute(9)), watermark(21)]]) await write(['N1', 'U9'], ...events)
      assert.equal(await status(), 'sent')
      await write(['N1', 'U9'], said('z1', minute(22)))
      for (const names of [['N1'], ['N1', 'U9']] as const) await write(names, watermark(23), said('z1', minute(22)))
      await write(['N1'], { type: 'referral', payload: { ref: 'ad' } }, watermark(24))
      assert.equal(await status(), 'sent')
      await write(['N2'], watermark(25))
      assert.equal(await status(), 'read')
    },
  },
  {
    title: 'leaves what waits for a person to that person, when a stranger has the number',
    async run({ scene }) {
      const { under, notice, write, rows } = town(scene())
      await write(['N1'], { type: 'referral', payload: { ref: 'ad' }, ...minute(1) })
      await write(['N1'], notice(['N1', 'U1'], ['N2', 'U1'], 5))
      await write(['N1', 'U9'], said('z1', minute(8)))
      await write(['N1'], said('z2', minute(9)))
      const referral = () => rows.events().then((events) => events.find(({ type }) => type === 'referral'))
      assert.equal(present(await referral()).conversation_id, null)
      const { conversation } = await write(['U1'], said('a1', minute(10)))
      assert.equal(present(await referral()).conversation_id, present(conversation).id)
      holds(present(conversation), { customerId: under('N2').customerId })
    },
  },
  {
    title: 'stores no message again that comes in the body by which a stranger takes the number over',
    async run({ scene }) {
      const { notice, write, rows } = town(scene())
      await write(['N1', 'U1'], said('a1', minute(1)))
      await write(['N1'], notice(['N1'], ['N2'], 5))
      const { events } = await write(['U9', 'N1'], said('a1', minute(8)), said('z1', minute(9)))
      assert.deepEqual(
        events.map(({ outcome }) => outcome),
        ['duplicate', 'stored'],
      )
      assert.equal((await rows.messages()).length, 2)
    },
  },
  {
    title: 'comes to the same whether a body or the notice that explains it comes first',
    async run({ scene }) {
      const ends = [
        { ids: ['-N1', '-U1', 'N2', 'U2'], replyTo: 'N2', named: 'N2' },
        { ids: ['N1', 'U9'], replyTo: 'N1', named: 'N1' },
      ]
      // The person's new ids write first; then a stranger has the number first.
      const early = town(scene())
      await early.write(['N1', 'U1'], said('a1', minute(1)))
      await early.write(['N2', 'U2'], said('a2', minute(9)))
      await early.write(['U1'], early.notice(['U1'], ['U2'], 5))
      assert.equal((await early.person('U1')).replyTo, 'N2')
      assert.deepEqual((await early.person('U2')).ids, ends[0]?.ids)
      assert.equal((await early.active('N1')).id, (await early.active('N2')).id)

      const taken = town(scene())
      await taken.write(['N1', 'U9'], said('z1', minute(9)))
      await taken.write(['U2'], taken.notice(['N1', 'U1'], ['N2', 'U2'], 5), said('a1', minute(6)))
      assert.deepEqual(await taken.person('U9'), ends[1])
      assert.deepEqual((await taken.person('U2')).ids, ['-U1', 'N2', 'U2'])
    },
  },
  {
    title: 'believes an earlier notice that comes late: a number is former for longer, and a receipt tells nothing of its time',
    async run({ scene }) {
      const first = town(scene())
      await first.write(['N1', 'U1'], said('a1', minute(1)))
      await first.write(['N3'], first.notice(['N3'], ['N4', 'U1'], 9))
      await first.write(['N1'], first.notice(['N1'], ['N3'], 4))
      await first.write(['N1', 'U9'], said('z1', minute(6)))
      assert.deepEqual(await first.person('U9'), { ids: ['N1', 'U9'], replyTo: 'N1', named: 'U9' })
      assert.deepEqual((await first.person('U1')).ids, ['-N3', 'N4', 'U1'])

      const second = town(scene())
      await second.write(['N1', 'U1'], read('r1', 9))
      await second.write(['U1'], second.notice(['N1', 'U1'], ['N2', 'U2'], 5))
      await second.write(['N2', 'U2'], said('a2', minute(10)))
      assert.deepEqual((await second.person('N1')).ids, ['-N1', '-U1', 'N2', 'U2'])
      // Nobody can be told from a stranger by a number alone, so a notice leaves the number of one with another user
      // id.
      const third = town(scene())
      await third.write(['N1', 'U9'], read('r1', 9))
      await third.write(['U2'], third.notice(['N1', 'U1'], ['N2', 'U2'], 5), said('a1', minute(6)))
      await third.write(['U9'], said('z1', minute(10)))
      assert.deepEqual(await third.person('U9'), { ids: ['N1', 'U9'], replyTo: 'N1', named: 'N1' })
    },
  },
  {
    title: 'lets a notice that comes again leave a number that the person has got since',
    async run({ scene }) {
      const { notice, write, person } = town(scene())
      const first = notice(['N1', 'U1'], ['N2', 'U2'], 1)
      await write(['N1'], first)
      await write(['U2'], notice(['U2'], ['U3'], 3))
      await write(['N3', 'U3'], said('a1', minute(5)))
      assert.deepEqual((await write(['N1'], first)).events, [{ outcome: 'unchanged' }])
      assert.deepEqual(await person('U3'), { ids: ['-N1', '-N2', '-U1', '-U2', 'N3', 'U3'], replyTo: 'N3', named: 'U3' })
    },
  },
  {
    title: 'takes the time of an id from the first body that names it, also where a receipt named it before',
    async run({ scene }) {
      const { notice, write, person } = town(scene())
      await write(['N1', 'U1'], read('r1', 1))
      await write(['N1', 'U1'], said('a1', minute(9)))
      // A notice of before that can't have given the number up.
      await write(['N1'], notice(['N1'], ['N2'], 5))
      assert.equal((await person('U1')).replyTo, 'N1')
    },
  },
  {
    title: 'takes a reaction for the customer’s that waited under an id which is a stranger’s by now',
    async run({ scene }) {
      for (const under of ['N1', 'N2']) {
        const { account, under: customer, notice, write } = town(scene())
        const user = under === 'N1' ? 'U1' : 'U2'
        const reaction: EventInput = { type: 'reaction', targetMessageId: 'a1', emoji: '👍', ...minute(3) }
        await write(['N1', 'U1'], said('a0', minute(1)))
        await write([under, user], reaction)
        await write(['N1'], notice(['N1', 'U1'], ['N2', 'U2'], 5))
        await write(['N1', 'U9'], said('z1', minute(6)))
        await write([user], said('a1', minute(2)))
        await write(['U2'], { ...reaction, emoji: '❤', ...minute(7) })
        const { reactions } = present(await account.findMessage({ ...customer('U2').key, messageId: 'a1' }))
        assert.deepEqual(
          reactions.map(({ senderId, emoji }) => [senderId, emoji]),
          [['customer', '❤']],
        )
      }
    },
  },
  {
    title: 'takes a reaction for the customer’s that waited under an id which has changed since',
    async run({ scene }) {
      const { account, under, notice, write } = town(scene())
      await write(['U1'], said('a0', minute(1)))
      await write(['U2'], { type: 'reaction', targetMessageId: 'a1', emoji: '👍', ...minute(3) })
      await write(['U1'], notice(['U1'], ['U2'], 5))
      await write(['U1'], said('a1', minute(2)))
      await write(['U2'], { type: 'reaction', targetMessageId: 'a1', emoji: '❤', ...minute(6) })
      const { reactions } = present(await account.findMessage({ ...under('U2').key, messageId: 'a1' }))
      assert.deepEqual(
        reactions.map(({ senderId, emoji }) => [senderId, emoji]),
        [['customer', '❤']],
      )
    },
  },
  {
    title: 'gives up a number that a late notice brings with a user id that was replaced since',
    async run({ scene }) {
      const { under, notice, write, active } = town(scene())
      await write(['U1', 'N1'], said('a1', minute(1)))
      await write(['U2'], notice(['U1'], ['U2'], 5))
      await write(['U1'], notice(['N1'], ['U1', 'N2'], 3))
      holds(await active('N2'), { recipientId: under('U2').customerId })
      holds(await write(['U2', 'N3'], said('a2', minute(6))), { conflicts: [] })
      holds(await active('N3'), { recipientId: under('N3').customerId, lastSeq: 2 })
      await write(['U2'], notice(['N3'], ['U2', 'N4'], 7))
      holds(await active('N1'), { recipientId: under('N4').customerId })

      // No number was known before that one.
      const second = town(scene())
      await second.write(['U1'], said('a1', minute(1)))
      await second.write(['U2'], second.notice(['U1'], ['U2'], 5))
      await second.write(['U1'], second.notice(['U0'], ['U1', 'N2'], 3))
      assert.deepEqual((await second.person('N2')).ids, ['-N2', '-U0', '-U1', 'U2'])
    },
  },
  {
    title: 'gives up a number that a late notice puts in the place of one which was given up since',
    async run({ scene }) {
      for (const order of permutations([0, 1, 2])) {
        const { notice, write, person } = town(scene())
        await write(['N1', 'U1'], said('a1', minute(1)))
        const events = [notice(['N1'], ['N3'], 3), notice(['U1'], ['U2'], 5), said('a2', minute(7))]
        const names = [['N1'], ['U2'], ['N4', 'U2']] as const
        for (const index of order) await write(names[index] ?? ['U2'], ...events.slice(index, index + 1))
        const { ids, replyTo } = await person('U2')
        assert.deepEqual([ids, replyTo], [['-N1', '-N3', '-U1', 'N4', 'U2'], 'N4'])
      }
    },
  },
])
