import assert from 'node:assert/strict'
import { type CaseList, withEvents, withJointWrites } from '../../contract-case.js'
import { said } from '../../events.js'
import { column, holds, present } from '../../expectations.js'
import { begun, moveAll, moveOf } from './move-calls.js'

const brazil = { long: '5511987654321', short: '551187654321' }
const argentina = { long: '5491112345678', short: '541112345678' }
const mexico = { long: '5215512345678', short: '525512345678' }

/** By what the destination knows people whose numbers it writes in another way. */
export const matchedNumbersCases: CaseList = withEvents(
  withJointWrites([
    {
      title: 'knows a number in the form of another provider, and in the other national writing where both inboxes bear it out',
      async run({ scene, raw, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, { source: 'whatsapp', destination: 'whatsapp' })
        const { account, accountId } = here
        const { sourceOaId, destinationOaId } = move
        const people: readonly (readonly [customerId: string, inDestination: readonly string[], matchedBy: string | null])[] = [
          ['84912345601', ['whatsapp:+84912345601'], 'number'],
          ['84912345602', ['84912345602@s.whatsapp.net'], 'number'],
          ['whatsapp:+84912345603', ['84912345603'], 'number'],
          ['84912345604@s.whatsapp.net', ['+84912345604'], 'number'],
          ['84912345605', ['84912345605', 'whatsapp:+84912345605'], 'id'],
          ['84912345606', ['84912345606@lid', '84912345607'], null],
          [brazil.long, [`whatsapp:+${brazil.short}`], 'variant'],
          [argentina.short, [argentina.long], 'variant'],
          [mexico.long, [mexico.short, `+${mexico.long}`], 'number'],
        ]
        for (const [customerId, inDestination] of people) {
          await account.upsertConversationWithEvents({ oaId: sourceOaId, customerId, events: [said('m1')] })
          for (const id of inDestination) await account.upsertConversation({ oaId: destinationOaId, customerId: id })
        }
        const { known } = await account.previewInboxMove({ sourceOaId, destinationOaId })
        const matched = people.flatMap(([customerId, , matchedBy]) => (matchedBy === null ? [] : [`${customerId} ${matchedBy}`]))
        assert.deepEqual(known.map(({ customerId, matchedBy }) => `${customerId} ${matchedBy}`).sort(), matched.sort())
        holds(await moveAll(move, await begun(move)), {
          skipped: 8,
          moved: { conversations: 1, messages: 1, attachments: 0, contactInboxes: 1 },
        })
        const left = (await raw.contactInboxes(accountId)).filter(({ oa_id }) => oa_id === sourceOaId)
        assert.equal(left.length, 8)
      },
    },
    {
      title: 'makes people one by a number in the form of another provider, and nobody by a national writing',
      async run({ scene, unique }) {
        const here = scene()
        const { account } = here
        for (const onActiveConflict of ['close_source', 'merge'] as const) {
          const move = await moveOf(here, unique, { source: 'whatsapp', destination: 'whatsapp' })
          const [source, destination] = [move.sourceOaId, move.destinationOaId].map((oaId) => (customerId: string) => ({
            oaId,
            customerId,
          }))
          if (source === undefined || destination === undefined) throw new Error('a move has two inboxes')
          const write = (key: { readonly oaId: string; readonly customerId: string }, id: string) =>
            account.upsertConversationWithEvents({ ...key, events: [said(id)] })
          const { conversation } = await write(source('84912345601'), 'm1')
          const kept = present((await write(destination('whatsapp:+84912345601'), 'm2')).conversation)
          await write(source(brazil.long), 'm3')
          await write(destination(`+${brazil.short}`), 'm4')
          holds(await moveAll(move, await begun(move, { onActiveConflict })), { skipped: 1, contactsMerged: 1 })
          holds(await account.findByOaAndCustomer(destination('84912345601')), { id: kept.id, status: 'open' })
          const moved = present(await account.findConversation({ conversationId: present(conversation).id }))
          holds(moved, onActiveConflict === 'merge' ? { id: kept.id } : { oaId: move.destinationOaId, status: 'closed' })
          holds(await account.findMessage({ ...destination('whatsapp:+84912345601'), messageId: 'm1' }), { text: 'text of m1' })
          holds(await account.findByOaAndCustomer(source(brazil.long)), { unreadCount: 1 })
          assert.equal(await account.findByOaAndCustomer(destination(brazil.long)), null)
        }
      },
    },
    {
      title: 'takes two writings of a number for two people where one of the inboxes knows both',
      async run({ scene, raw, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, { source: 'whatsapp', destination: 'whatsapp' })
        const { account, accountId } = here
        const { sourceOaId, destinationOaId } = move
        for (const customerId of [brazil.long, brazil.short]) await account.upsertConversation({ oaId: sourceOaId, customerId })
        await account.upsertConversation({ oaId: destinationOaId, customerId: `+${brazil.short}` })
        const { known } = await account.previewInboxMove({ sourceOaId, destinationOaId })
        assert.deepEqual(
          known.map(({ customerId, matchedBy }) => [customerId, matchedBy]),
          [[brazil.short, 'number']],
        )
        holds(await moveAll(move, await begun(move)), { skipped: 1 })
        const there = (await raw.contactInboxes(accountId)).filter(({ oa_id }) => oa_id === destinationOaId)
        assert.deepEqual(column(there, 'customer_id'), [`+${brazil.short}`, brazil.long].sort())
      },
    },
    {
      title: 'counts who is known by ids of accounts alone',
      async run({ scene, unique }) {
        const here = scene()
        const { account, sourceOaId: oaId, destinationOaId } = await moveOf(here, unique, { source: 'whatsapp', destination: 'whatsapp' })
        const named = (...ids: readonly (readonly [id: string, kind: string])[]) => ids.map(([id, kind]) => ({ id, kind }))
        for (const [customerId, identities] of [
          ['VN.1', named(['VN.1', 'user_id'])],
          ['VN.2', named(['VN.2', 'user_id'], ['VN.ENT.2', 'parent_user_id'])],
          ['VN.3', named(['VN.3', 'user_id'], ['84912345603', 'phone'])],
          ['84912345604', named(['84912345604', 'phone'])],
          ['84912345605', undefined],
        ] as const) {
          const more = identities === undefined ? {} : { identities }
          await account.upsertConversationWithEvents({ oaId, customerId, ...more, events: [said('m1')] })
        }
        const counted = await account.previewInboxMove({ sourceOaId: oaId, destinationOaId })
        holds(counted, { people: 5, unreachable: 2 })
      },
    },
  ]),
)
