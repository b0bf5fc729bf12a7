import assert from 'node:assert/strict'
import type { EventInput } from '../../../model/event-inputs.js'
import type { EventResult } from '../../../store/results.js'
import { type CaseList, withEvents, withJointWrites } from '../../contract-case.js'
import { at, replied, said } from '../../events.js'
import { column, holds, only, present, rejects } from '../../expectations.js'
import { begun, moveAll, moveOf } from './move-calls.js'

const outcomesOf = (events: readonly EventResult[]) => events.map(({ outcome }) => outcome)

/** Where the writes land that name an inbox which redirects. */
export const redirectedWritesCases: CaseList = withEvents(
  withJointWrites([
    {
      title: 'lands a message of a person who has moved in their conversation, and knows what was said before',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique)
        const { account, sourceOaId: oaId, destinationOaId: to } = move
        const { conversation } = await here.write(said('m1'))
        await moveAll(move, await begun(move))
        await account.redirectInbox({ oaId, to })
        const { id } = present(conversation)
        const written = await here.write(said('m1'), said('m2'))
        assert.deepEqual([written.outcome, written.redirectedTo, outcomesOf(written.events)], ['updated', to, ['duplicate', 'stored']])
        holds(written.conversation, { id, oaId: to, channel: 'api', unreadCount: 2, lastSeq: 2 })
        const replay = await here.write(said('m2'))
        assert.deepEqual([replay.outcome, replay.redirectedTo, replay.duplicates], ['duplicate', to, 1])
        const patched = await account.upsertConversation({ ...here.key, channel: 'whatsapp', nickname: 'Lan' })
        assert.deepEqual([patched.outcome, patched.redirectedTo, patched.conversation.nickname], ['updated', to, 'Lan'])
        holds(only(await here.rows.conversations()), { id, oa_id: to, channel: 'api' })
        holds(only(await here.rows.contactInboxes()), { oa_id: to, customer_id: here.customerId })
      },
    },
    {
      title: 'lets receipts, edits, deletions, reactions and watermarks find the messages that have moved',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique)
        const { account, sourceOaId: oaId, destinationOaId: to } = move
        await here.write(said('m1'), said('m2'), replied('r1', { occurredAt: at(1) }), replied('r2', { occurredAt: at(1) }))
        await moveAll(move, await begun(move))
        await account.redirectInbox({ oaId, to })
        const late: readonly EventInput[] = [
          { type: 'message_edit', targetMessageId: 'm1', text: 'edited', occurredAt: at(2) },
          { type: 'message_delete', targetMessageId: 'm2', occurredAt: at(2) },
          { type: 'reaction', targetMessageId: 'r1', emoji: '👍', occurredAt: at(2) },
          { type: 'receipt', status: 'read', messageIds: ['r1'], occurredAt: at(2) },
          { type: 'receipt', status: 'delivered', watermark: at(1), occurredAt: at(3) },
        ]
        for (const event of late) {
          const { redirectedTo, conversation, events } = await here.write(event)
          assert.deepEqual([event.type, redirectedTo, conversation?.oaId], [event.type, to, to])
          assert.deepEqual([event.type, events.map(({ outcome }) => outcome === 'stored' || outcome === 'applied')], [event.type, [true]])
        }
        const there = { oaId: to, customerId: here.customerId }
        const found = async (messageId: string) => present(await account.findMessage({ ...there, messageId }))
        holds(await found('m1'), { text: 'edited' })
        holds(await found('m2'), { deletedAt: at(2) })
        const reply = await found('r1')
        holds(reply, { status: 'read', readAt: at(2), deliveredAt: at(3) })
        assert.deepEqual(
          reply.reactions.map(({ emoji }) => emoji),
          ['👍'],
        )
        holds(await found('r2'), { status: 'delivered', deliveredAt: at(3) })
        only(await here.rows.contactInboxes())
      },
    },
    {
      title: 'opens a conversation of a stranger in the destination, by its rules and on its channel',
      async run({ scene, unique }) {
        const here = scene()
        const [to, chatbotId] = [unique('destination'), unique('bot')]
        const { account, oaId } = here
        await account.connectInbox({ oaId, channel: 'whatsapp', chatbotId: unique('old bot') })
        await account.connectInbox({ oaId: to, channel: 'api', chatbotId })
        await account.redirectInbox({ oaId, to })
        const [second, third, fourth] = [here.another(), here.another(), here.another()]
        const said1 = await account.upsertConversationWithEvents({ ...here.key, channel: 'whatsapp', events: [said('m1')] })
        const opened = await account.upsertConversation({ ...second.key, customerName: 'Lan' })
        const posted = await third.write({ type: 'postback', payload: { title: 'Start' } })
        const patched = await account.upsertConversation({ ...fourth.key, nickname: 'L' })
        for (const { outcome, conversation, redirectedTo } of [said1, opened, posted, patched]) {
          assert.deepEqual([outcome, redirectedTo], ['created', to])
          holds(conversation, { oaId: to, channel: 'api', chatbotId })
        }
        const other = here.another()
        await rejects(account.upsertConversation({ ...other.key, channel: 'sms' }), 'INBOX_CHANNEL_MISMATCH', { expected: 'api' })
        assert.deepEqual(column(await here.rows.contactInboxes(), 'oa_id'), [to, to, to, to])
      },
    },
    {
      title: 'leaves everything of a person whom the inbox still knows in the inbox',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, { source: 'sms', destination: 'sms' })
        const { account, sourceOaId: oaId, destinationOaId: to } = move
        const there = { oaId: to, customerId: here.customerId }
        const { conversation } = await here.write(said('m1'), replied('r1', { occurredAt: at(1) }))
        await account.upsertConversation(there)
        holds(await moveAll(move, await begun(move)), { skipped: 1 })
        await account.redirectInbox({ oaId, to })
        const { id } = present(conversation)
        const written = await here.write(said('m2'), { type: 'receipt', status: 'read', messageIds: ['r1'], occurredAt: at(2) })
        assert.deepEqual([written.conversation?.id, written.redirectedTo], [id, undefined])
        holds(present(await account.findMessage({ ...here.key, messageId: 'r1' })), { status: 'read' })
        await account.closeConversation(here.key)
        const reopened = await account.upsertConversationWithEvents({ ...here.key, onClosed: 'reopen', events: [said('m3')] })
        assert.deepEqual([reopened.outcome, reopened.conversation?.id, reopened.redirectedTo], ['reopened', id, undefined])
        holds(present(await account.findByOaAndCustomer(there)), { lastSeq: 0 })
      },
    },
    {
      title: 'keeps what waits with its person: what waited moves along, and what comes for a stranger waits in the destination',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, { source: 'sms', destination: 'sms' })
        const { account, sourceOaId: oaId, destinationOaId: to } = move
        const stranger = here.another()
        const edit = { type: 'message_edit', targetMessageId: 'm1', text: 'edited', occurredAt: at(2) } as const
        assert.deepEqual(outcomesOf((await here.write(edit)).events), ['waiting'])
        await moveAll(move, await begun(move))
        await account.redirectInbox({ oaId, to })
        const waits = await stranger.write(edit)
        assert.deepEqual([outcomesOf(waits.events), waits.conversation, waits.redirectedTo], [['waiting'], null, to])
        assert.deepEqual(column(await here.rows.contactInboxes(), 'oa_id'), [to, to])
        await here.write(said('m1'))
        await account.upsertConversationWithEvents({ oaId: to, customerId: stranger.customerId, events: [said('m1')] })
        for (const { customerId } of [here, stranger]) {
          holds(present(await account.findMessage({ oaId: to, customerId, messageId: 'm1' })), { text: 'edited' })
        }
      },
    },
    {
      title: 'lands each item of a bulk call where its customer is, and all items of one customer in one inbox',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, { source: 'sms', destination: 'sms' })
        const { account, sourceOaId: oaId, destinationOaId: to } = move
        await here.write(said('m1'))
        await moveAll(move, await begun(move))
        const stays = here.another()
        await stays.write(said('m1'))
        await account.redirectInbox({ oaId, to })
        const [fresh, bad, direct] = [here.another(), here.another(), here.another()]
        for (const atomic of [true, false]) {
          const of = (n: string) => `${n} ${atomic}`
          const results = await account.bulkUpsertConversationsWithEvents({
            atomic,
            conversations: [
              { ...here.key, events: [said(of('m2'))] },
              { ...stays.key, events: [said(of('m2'))] },
              { ...fresh.key, events: [said(of('m1'))] },
              { oaId: to, customerId: direct.customerId, events: [said(of('m1'))] },
              ...(atomic ? [] : [{ ...bad.key, expectedVersion: 7, events: [said('m1')] }]),
              { ...fresh.key, events: [said(of('m2'))] },
              { ...fresh.key, nickname: of('Lan') },
            ],
          })
          const landed = results.map((result) => (result.ok ? [result.conversation?.oaId, result.redirectedTo] : result.error.code))
          const there = [to, to]
          const failed = atomic ? [] : ['VERSION_CONFLICT']
          assert.deepEqual(landed, [there, [oaId, undefined], there, [to, undefined], ...failed, there, there])
        }
        const people = (await here.rows.contactInboxes()).map(({ oa_id, customer_id }) => `${oa_id} ${customer_id}`)
        const expected = [here, fresh, direct].map(({ customerId }) => `${to} ${customerId}`)
        assert.deepEqual(people.sort(), [...expected, `${oaId} ${stays.customerId}`].sort())
        const refused = account.bulkUpsertConversationsWithEvents({
          conversations: [
            { ...here.key, events: [said('m9')] },
            { ...fresh.key, expectedVersion: 99 },
          ],
        })
        await rejects(refused, 'VERSION_CONFLICT')
        assert.equal(await account.findMessage({ oaId: to, customerId: here.customerId, messageId: 'm9' }), null)
      },
    },
    {
      title: 'lands history and the pages of a sync in the same way',
      async run({ scene, unique }) {
        const here = scene()
        const { account, sourceOaId: oaId, destinationOaId: to } = await moveOf(here, unique, { source: 'sms', destination: 'sms' })
        const { sessionId } = await account.beginSync({ oaId, source: 'export' })
        await account.redirectInbox({ oaId, to })
        const past = await here.write(said('h1', { history: true }))
        assert.deepEqual([past.redirectedTo, past.conversation?.unreadCount], [to, 0])
        const other = here.another()
        const page = [{ ...other.key, events: [said('h1', { history: true })] }]
        await account.writeSyncPage({ sessionId, expectedPages: 0, conversations: page, phase: 'list', cursor: null })
        assert.deepEqual(column(await here.rows.conversations(), 'oa_id'), [to, to])
      },
    },
  ]),
)
