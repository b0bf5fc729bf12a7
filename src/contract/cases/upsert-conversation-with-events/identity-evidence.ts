import assert from 'node:assert/strict'
import type { EventInput } from '../../../model/event-inputs.js'
import type { Channel } from '../../../model/records.js'
import { withEvents } from '../../contract-case.js'
import { at, replied, said } from '../../events.js'
import { holds, present } from '../../expectations.js'
import { minute, read, town } from '../../town.js'

const telegram: Channel = 'telegram'

export const identityEvidenceCases = withEvents([
  {
    title: 'keeps a message of each chat on Telegram, also in the body that names the ids of both, and where they are in conflict',
    async run({ scene }) {
      const { account, under, item, write, active } = town(scene())
      const textIn = async (name: string, messageId: string) => (await account.findMessage({ ...under(name).key, messageId }))?.text
      await account.upsertConversationWithEvents({ ...item(['L1'], [said('1', { text: 'of L1' })]), channel: telegram })
      holds(await write(['C1', 'L1'], said('1', { text: 'of C1', ...minute(1) })), { duplicates: 0 })
      holds(await write(['C1', 'L1'], said('1', { text: 'of C1', ...minute(1) })), { duplicates: 1 })
      assert.deepEqual(await Promise.all(['L1', 'C1'].map((name) => textIn(name, '1'))), ['of L1', 'of C1'])
      assert.equal((await active('L1')).id, (await active('C1')).id)

      await write(['C1', 'U1'], said('2', minute(2)))
      await account.upsertConversationWithEvents({ ...item(['U9'], [said('7', { text: 'of U9' })]), channel: telegram })
      const conflict = await write(['C1', 'U9'], said('7', { text: 'of C1', ...minute(3) }))
      holds(conflict, { duplicates: 0, conflicts: [{ id: under('U9').customerId, kind: 'user_id' }] })
      assert.deepEqual(await Promise.all(['U9', 'C1'].map((name) => textIn(name, '7'))), ['of U9', 'of C1'])
    },
  },
  {
    title: 'keeps a message of each chat where the channel becomes known after the chats were linked, by the call or by the inbox',
    async run({ scene }) {
      for (const names of [
        ['C1', 'U2'],
        ['C1', 'C2', 'U2'],
      ] as const) {
        for (const isByInbox of [false, true]) {
          const { account, under, item, write } = town(scene())
          await write(['L1', 'C1'], said('1', { text: 'of L1' }))
          await write(['U2'], said('2'))
          if (isByInbox) await account.connectInbox({ oaId: under('L1').oaId, channel: telegram })
          const later = item(names, [said('1', { text: 'of C1', ...minute(1) })])
          const told = await account.upsertConversationWithEvents(isByInbox ? later : { ...later, channel: telegram })
          holds(told, { duplicates: 0, events: [{ outcome: 'stored' }] })
          const textIn = async (name: string) => (await account.findMessage({ ...under(name).key, messageId: '1' }))?.text
          assert.deepEqual(await Promise.all(['L1', 'C1'].map(textIn)), ['of L1', 'of C1'])
        }
      }
    },
  },
  {
    title: 'takes no watermark of another chat on Telegram when the two turn out to be one person’s',
    async run({ scene }) {
      for (const [watched, other] of [
        ['L1', 'C1'],
        ['C1', 'L1'],
      ] as const) {
        const { account, under, item, identity, write } = town(scene())
        const read: EventInput = { type: 'receipt', status: 'read', watermark: at(9), occurredAt: at(9) }
        for (const name of ['L1', 'C1'] as const) {
          await account.upsertConversationWithEvents({ ...item([name], [said('1', minute(1))]), channel: telegram })
        }
        await write([watched], read)
        await account.linkCustomerIds({ oaId: under('L1').oaId, identities: ['L1', 'C1'].map(identity) })
        for (const name of [watched, other] as const) await write([name], replied('2', minute(5)))
        const statusIn = async (name: string) => present(await account.findMessage({ ...under(name).key, messageId: '2' })).status
        assert.deepEqual([await statusIn(watched), await statusIn(other)], ['read', 'sent'])
      }
    },
  },
  {
    title: 'believes a body that names a disputed or a former number alone nothing of whose it is',
    async run({ scene }) {
      const { account, item, identity, notice, write, person } = town(scene())
      const alone = (...events: readonly EventInput[]) =>
        account.upsertConversationWithEvents({ ...item(['N1'], events), identities: [identity('N1')] })
      await write(['N1', 'U1'], said('a1', minute(1)))
      await write(['N1', 'U9'], said('z1', minute(2)))
      await alone(said('a2', minute(3)))
      assert.equal((await person('U1')).replyTo, 'U1')
      await write(['N1', 'U1'], said('a3', minute(4)))
      assert.equal((await person('U1')).replyTo, 'N1')

      await write(['U1'], notice(['U1'], ['U2'], 5))
      holds((await alone(said('a4', minute(6)))).conversation, { lastSeq: 4 })
      assert.deepEqual(await person('U2'), { ids: ['-N1', '-U1', 'U2'], replyTo: 'U2', named: 'U2' })
    },
  },
  {
    title: 'links nobody by a body that is older than the move of its number to somebody else',
    async run({ scene }) {
      const { notice, write, active, person } = town(scene())
      await write(['N1', 'L1'], said('a1', minute(1)))
      await write(['C1'], said('c1', minute(2)))
      await write(['L1'], notice(['N1'], ['N2'], 5))
      await write(['N1', 'L9'], said('z1', minute(8)))
      for (const name of ['C1', 'C2'] as const) {
        holds((await write(['N1', name], said(`late ${name}`, minute(3)))).conversation, { id: (await active(name)).id })
        assert.deepEqual(await person('L9'), { ids: ['L9', 'N1'], replyTo: 'N1', named: 'L9' })
      }
      await write(['N1', 'C1'], said('z2', minute(9)))
      assert.deepEqual((await person('L9')).ids, ['C1', 'L9', 'N1'])
    },
  },
  {
    title: 'gives what is in conflict to the id of an account, where no user id is named: a number may be a stranger’s by now',
    async run({ scene }) {
      const { under, identity, write, active } = town(scene())
      await write(['N1', 'L1'], said('a1', minute(1)))
      const written = await write(['N1', 'L9'], said('z1', minute(2)))
      assert.deepEqual(written.conflicts, [identity('N1')])
      holds(written.conversation, { customerId: under('L9').customerId, lastSeq: 1 })
      // Whoever answers the number now may be the stranger.
      holds(await active('L1'), { lastSeq: 1, customerId: under('N1').customerId, recipientId: under('L1').customerId })
    },
  },
  {
    title: 'keeps a number disputed since the last conflict, whatever came before',
    async run({ scene }) {
      const { write, person } = town(scene())
      await write(['N1', 'U1'], said('a1', minute(1)))
      await write(['N1', 'U9'], said('z1', minute(5)))
      await write(['N1', 'U8'], said('y1', minute(9)))
      await write(['N1', 'U1'], said('a2', minute(7)))
      assert.equal((await person('U1')).replyTo, 'U1')
      await write(['N1', 'U1'], said('a3', minute(10)))
      assert.equal((await person('U1')).replyTo, 'N1')
    },
  },
  {
    title: 'moves nothing back by a notice without a time that comes again, and believes one that tells a way back',
    async run({ scene }) {
      const { write, notice, person } = town(scene())
      const timeless = (previous: readonly string[], current: readonly string[]): EventInput => {
        const { occurredAt, ...rest } = notice(previous, current, 0)
        return rest as EventInput
      }
      await write(['N1', 'U1'], said('a1', minute(1)))
      const [first, second] = [timeless(['N1'], ['N2']), timeless(['N2'], ['N3'])]
      for (const event of [first, second]) assert.deepEqual((await write(['U1'], event)).events, [{ outcome: 'applied' }])
      for (const event of [first, second, first]) assert.deepEqual((await write(['U1'], event)).events, [{ outcome: 'unchanged' }])
      assert.deepEqual(await person('U1'), { ids: ['-N1', '-N2', 'N3', 'U1'], replyTo: 'N3', named: 'N3' })
      assert.deepEqual((await write(['U1'], timeless(['N3'], ['N2']))).events, [{ outcome: 'applied' }])
      assert.equal((await person('U1')).replyTo, 'N2')
    },
  },
  {
    title: 'finds what each of several people said under a number that went from one to the next',
    async run({ scene }) {
      const { account, under, notice, write, active, rows } = town(scene())
      const holders = ['U1', 'U2', 'U3', 'U4'] as const
      for (const [turn, user] of holders.entries()) {
        const begun = turn * 10
        await write(['N1', user], said(`in ${user}`, minute(begun + 1)), replied(`out ${user}`, minute(begun + 2)))
        if (user !== 'U4') await write([user], notice(['N1'], [`N1 of ${user}`], begun + 5))
      }
      for (const user of holders) {
        const again = await write(['N1'], said(`in ${user}`, minute(1)), read(`out ${user}`, 50))
        assert.deepEqual(
          again.events.map(({ outcome }) => outcome),
          ['duplicate', 'applied'],
        )
        await write(['N1'], { type: 'message_delete', targetMessageId: `in ${user}`, ...minute(51) })
        await write(['N1'], { type: 'reaction', targetMessageId: `out ${user}`, emoji: '❤', ...minute(52) })
        holds(present(await account.findMessage({ ...under(user).key, messageId: `in ${user}` })), { text: '' })
        holds(present(await account.findMessage({ ...under(user).key, messageId: `out ${user}` })), { status: 'read' })
        holds(await active(user), { lastSeq: 2 })
      }
      assert.equal((await rows.messages()).length, 2 * holders.length)
    },
  },
])
