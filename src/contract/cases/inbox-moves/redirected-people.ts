import assert from 'node:assert/strict'
import type { EventInput } from '../../../model/event-inputs.js'
import { type CaseList, withEvents, withJointWrites } from '../../contract-case.js'
import { at, said } from '../../events.js'
import { begun, moveAll, moveOf } from './move-calls.js'

/** By what an inbox that redirects knows whoever a write is about. */
export const redirectedPeopleCases: CaseList = withEvents(
  withJointWrites([
    {
      title: 'goes by all ids that a call names, and by the username of an active conversation',
      async run({ scene, unique }) {
        const here = scene()
        const {
          account,
          sourceOaId: oaId,
          destinationOaId: to,
        } = await moveOf(here, unique, { source: 'instagram', destination: 'instagram' })
        const [phone, user, newPhone, newUser, namesake] = ['a', 'b', 'c', 'd', 'e'].map((prefix) => unique(prefix)) as string[]
        const people = (one = '', two = '') => [
          { id: one, kind: 'phone' },
          { id: two, kind: 'user_id' },
        ]
        const known = await account.upsertConversationWithEvents({ oaId, customerId: phone ?? '', events: [said('m1')] })
        const named = await account.upsertConversation({ ...here.key, customerUsername: 'lan', matchUsername: true })
        await account.redirectInbox({ oaId, to })
        const linked = await account.upsertConversationWithEvents({
          oaId,
          customerId: user ?? '',
          identities: people(phone, user),
          events: [said('m2', { occurredAt: at(1) })],
        })
        assert.deepEqual([linked.conversation?.id, linked.redirectedTo], [known.conversation?.id, undefined])
        const later = unique('g')
        const bulk = await account.bulkUpsertConversationsWithEvents({
          conversations: [
            { oaId, customerId: later, events: [said('m3', { occurredAt: at(1) })] },
            {
              oaId,
              customerId: later,
              identities: [
                { id: phone ?? '', kind: 'phone' },
                { id: later, kind: 'parent_user_id' },
              ],
            },
          ],
        })
        assert.deepEqual(
          bulk.map((result) => result.ok && [result.conversation?.oaId, result.redirectedTo]),
          [
            [oaId, undefined],
            [oaId, undefined],
          ],
        )
        const fresh = await account.upsertConversationWithEvents({
          oaId,
          customerId: newUser ?? '',
          identities: people(newPhone, newUser),
          events: [said('m1')],
        })
        assert.deepEqual([fresh.outcome, fresh.redirectedTo, fresh.conversation?.oaId], ['created', to, to])
        const adopted = await account.upsertConversation({
          oaId,
          customerId: namesake ?? '',
          customerUsername: 'lan',
          matchUsername: true,
        })
        assert.deepEqual([adopted.outcome, adopted.conversation.id, adopted.redirectedTo], ['adopted', named.conversation.id, undefined])
        const notice: EventInput = {
          type: 'identity_change',
          previous: people(phone, user),
          current: people(unique('f'), user),
          occurredAt: at(2),
        }
        const changed = await account.upsertConversationWithEvents({ oaId, customerId: user ?? '', events: [notice] })
        assert.deepEqual([changed.conversation?.id, changed.redirectedTo], [known.conversation?.id, undefined])
      },
    },
    {
      title: 'matches the username of a person who has moved in the destination',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, { source: 'sms', destination: 'sms' })
        const { account, sourceOaId: oaId, destinationOaId: to } = move
        const { conversation } = await account.upsertConversation({ ...here.key, customerUsername: 'lan', matchUsername: true })
        await moveAll(move, await begun(move))
        await account.redirectInbox({ oaId, to })
        const other = here.another()
        const adopted = await account.upsertConversationWithEvents({
          ...other.key,
          customerUsername: 'lan',
          matchUsername: true,
          events: [said('m1')],
        })
        assert.deepEqual([adopted.outcome, adopted.conversation?.id, adopted.redirectedTo], ['adopted', conversation.id, to])
      },
    },
  ]),
)
