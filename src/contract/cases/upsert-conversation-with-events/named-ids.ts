import assert from 'node:assert/strict'
import type { EventInput } from '../../../model/event-inputs.js'
import { type CaseList, withEvents } from '../../contract-case.js'
import { at, replied, said } from '../../events.js'
import { holds, present, rejects, upTo } from '../../expectations.js'
import { minute, town } from '../../town.js'

const read9 = { type: 'receipt', status: 'read', watermark: at(9), ...minute(9) } as const

export const namedIdCases: CaseList = [
  ...withEvents([
    {
      title: 'keeps what a stranger who has an id alone says apart from what was said under it, and what they read',
      async run({ scene }) {
        const { account, under, notice, write, active } = town(scene())
        await write(['N1'], said('a1', minute(1)))
        await write(['U1'], said('b1', minute(2)), replied('r1', minute(2)))
        await write(['N1'], notice(['N1'], ['U1'], 3))
        await write(['L9'], notice([], ['N1'], 4))
        const stranger = await write(['N1'], said('n1', minute(5)), read9)
        holds(await account.findMessage({ ...under('U1').key, messageId: 'r1' }), { status: 'sent' })
        assert.equal(await account.findMessage({ ...under('U1').key, messageId: 'n1' }), null)
        holds(await account.findMessage({ ...under('N1').key, messageId: 'n1' }), { conversationId: stranger.conversation?.id })
        holds(await active('U1'), { lastSeq: 3 })
        assert.deepEqual((await write(['N1'], said('b1', minute(2)))).events, [{ outcome: 'duplicate' }])
      },
    },
    {
      title: 'keeps all that was said when two people part over an id and become one again',
      async run({ scene }) {
        const { account, under, identity, notice, write, person } = town(scene())
        await write(['N1'], said('a1', minute(1)))
        const { conversation } = await write(['U1'], said('b1', minute(2)))
        await write(['N1'], notice(['N1'], ['U1'], 3))
        // Somebody alone has the number from now on. Then it turns out that they are one.
        await write(['L9'], notice([], ['N1'], 4))
        await account.linkCustomerIds({ oaId: under('N1').key.oaId, identities: ['N1', 'U1'].map(identity) })
        assert.deepEqual((await person('U1')).ids, ['N1', 'U1'])
        for (const messageId of ['a1', 'b1']) present(await account.findMessage({ ...under('U1').key, messageId }))
        const { items } = await account.listEvents({ conversationId: present(conversation).id })
        assert.deepEqual(items.map(({ type, messageId }) => `${type} ${messageId}`).sort(), ['message a1', 'message b1'])
      },
    },
    {
      title: 'goes by an id to the person who has it now, however often it led to another one',
      async run({ scene }) {
        const { account, under, notice, write, active } = town(scene())
        const number = under('N1')
        await write(['U1', 'N1'], said('m1', minute(1)))
        await account.updateNickname({ ...number.key, nickname: 'Lan' })
        await number.write(said('m2', minute(2)))
        await write(['U1'], notice(['N1'], ['N2'], 3))
        await write(['U9', 'N1'], said('n1', minute(4)))
        await account.updateNickname({ ...number.key, nickname: 'Hoa' })
        await number.write(said('n2', minute(5)))
        holds(await active('U1'), { nickname: 'Lan', lastSeq: 2 })
        holds(await active('U9'), { nickname: 'Hoa', lastSeq: 2 })
      },
    },
    {
      title: 'takes the older person’s message of two that have its id where a repetition names both',
      async run({ scene, store, clock }) {
        const younger = scene(store({ clock: clock.now }))
        const [older, key] = [younger.another(), younger.another().key]
        const later = clock.now()
        const seen: EventInput = { type: 'custom:seen', eventId: 'e1', ...minute(2) }
        await younger.write(said('m1', minute(1)), replied('r1', minute(1)), seen)
        // A clock that lags opens the other one earlier.
        clock.advance(-60_000)
        await older.write(said('m2', minute(1)), replied('r1', minute(1)))
        clock.advance(120_000)
        await older.account.upsertConversation(key)
        assert.ok(present(await older.account.findByOaAndCustomer(older.key)).createdAt < later)
        const identities = [
          { id: younger.customerId, kind: 'user_id' },
          { id: older.customerId, kind: 'phone' },
          { id: key.customerId, kind: 'lid' },
        ]
        const receipt: EventInput = { type: 'receipt', status: 'read', messageIds: ['r1'], ...minute(3) }
        const { outcome } = await older.account.upsertConversationWithEvents({ ...key, identities, events: [seen, receipt] })
        assert.equal(outcome, 'unchanged')
        holds(await older.account.findMessage({ ...older.key, messageId: 'r1' }), { status: 'read' })
        holds(await older.account.findMessage({ ...younger.key, messageId: 'r1' }), { status: 'sent' })
      },
    },
    {
      title: 'gives an id that a notice names for the first time the channel of the customer who brought the notice',
      async run({ scene }) {
        const { account, under, identity, write, rows } = town(scene())
        await account.upsertConversation({ ...under('N1').key, channel: 'sms' })
        await write(['N1'], { type: 'identity_change', previous: [], current: [identity('L1')], ...minute(1) })
        const channels = (await rows.contactInboxes()).map((row) => [row.customer_id, row.channel])
        assert.deepEqual(new Map(channels as [string, string][]), new Map(['N1', 'L1'].map((name) => [under(name).customerId, 'sms'])))
      },
    },
    {
      title: 'leaves with a person what waits under an id that a message names when it comes again',
      async run({ scene }) {
        const { under, write, rows } = town(scene())
        await under('N1').write({ type: 'optin', payload: {}, ...minute(1) })
        await write(['L1'], said('m1', minute(2)))
        holds(await write(['L1', 'N1'], said('m1', minute(3))), { outcome: 'duplicate', conflicts: [] })
        const events = await rows.events()
        assert.deepEqual(
          events.filter(({ type }) => type === 'optin').map((row) => row.conversation_id),
          [null],
        )
      },
    },
    {
      title: 'tells of a notice whether it changed the ids, also where another event has its eventId',
      async run({ scene }) {
        const { notice, write } = town(scene())
        const named = { ...notice(['N1'], ['N2'], 3), eventId: 'e1' }
        const waits = await write(['N1'], { type: 'message_delete', targetMessageId: 'm1', eventId: 'e1', occurredAt: at(1) })
        assert.deepEqual(waits.events, [{ outcome: 'waiting' }])
        assert.deepEqual((await write(['N1'], named)).events, [{ outcome: 'applied' }])
        assert.deepEqual((await write(['N1'], named, named)).events, [{ outcome: 'unchanged' }, { outcome: 'unchanged' }])
      },
    },
  ]),
  {
    title: 'refuses identities without the customer’s own id, and one that stands there twice',
    async run({ scene }) {
      const { account, identity, under } = town(scene())
      const [own, other] = [identity('N1'), identity('U1')]
      const { key } = under('N1')
      for (const identities of [[other], [own, own], [own, { ...other, kind: '' }], [own, { ...other, kind: 'k'.repeat(65) }]]) {
        await rejects(account.upsertConversationWithEvents({ ...key, identities, events: [said('m1')] }), 'VALIDATION_FAILED')
      }
      const many = upTo(8).map((n) => ({ id: `${other.id} ${n}`, kind: `kind ${n}` }))
      await rejects(account.upsertConversation({ ...key, identities: [own, ...many] }), 'PAYLOAD_TOO_LARGE')
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
]
