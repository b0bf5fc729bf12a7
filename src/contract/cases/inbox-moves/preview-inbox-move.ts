import assert from 'node:assert/strict'
import type { InboxMoveMatch } from '../../../store/inbox-move-port.js'
import type { UpsertConversationWithEventsInput } from '../../../store/inputs.js'
import { type CaseList, withEvents, withJointWrites } from '../../contract-case.js'
import { said } from '../../events.js'
import { holds } from '../../expectations.js'
import { begun, identitiesOf, moveAll, moveOf } from './move-calls.js'

const attachments = [{ type: 'file', url: 'https://files.example/1.pdf' }]

export const previewInboxMoveCases: CaseList = withEvents(
  withJointWrites([
    {
      title: 'counts what is in the source, part by part, and names who is known in the destination',
      async run({ scene, unique }) {
        const here = scene()
        const { account, sourceOaId, destinationOaId } = await moveOf(here, unique)
        const inSource = (customerId: string) => ({ oaId: sourceOaId, customerId })
        await account.upsertConversationWithEvents({ ...inSource('a'), events: [said('m1', { attachments }), said('m2')] })
        await account.closeConversation(inSource('a'))
        await account.upsertConversationWithEvents({ ...inSource('a'), events: [said('m3')] })
        const identities = ['b', 'c'].map((id, index) => ({ id, kind: index === 0 ? 'phone' : 'user_id' }))
        await account.upsertConversationWithEvents({ ...inSource('b'), identities, events: [said('m1')] })
        const waiting = { type: 'reaction' as const, targetMessageId: 'never', emoji: '👍' }
        await account.upsertConversationWithEvents({ ...inSource('d'), events: [waiting] })
        await account.upsertConversation({ oaId: destinationOaId, customerId: 'c' })
        await here.foreign().account.upsertConversation(inSource('a'))
        const contactOf = async (customerId: string, oaId = sourceOaId) => (await account.findContact({ oaId, customerId }))?.id ?? null
        const met = { destinationContactId: await contactOf('c', destinationOaId), hasActiveConflict: true, staysApart: false }
        const known = [{ customerId: 'b', contactId: await contactOf('b'), matchedBy: 'identity' as const, ...met }]
        const all = await account.previewInboxMove({ sourceOaId, destinationOaId })
        const counts = { conversations: 3, messages: 4, attachments: 1, contactInboxes: 4, people: 3, contacts: 2, unreachable: 0 }
        assert.deepEqual(all, { ...counts, known, next: null })
        const part = await account.previewInboxMove({ sourceOaId, destinationOaId, limit: 1 })
        const ofA = { conversations: 2, messages: 3, attachments: 1, contactInboxes: 1, people: 1, contacts: 1, unreachable: 0 }
        assert.deepEqual(part, { ...ofA, known: [], next: 'a' })
        const rest = await account.previewInboxMove({ sourceOaId, destinationOaId, after: part.next, limit: 3 })
        assert.deepEqual(rest, {
          conversations: 1,
          messages: 1,
          attachments: 0,
          contactInboxes: 3,
          people: 2,
          contacts: 1,
          unreachable: 0,
          known,
          next: null,
        })
        const nothing = {
          conversations: 0,
          messages: 0,
          attachments: 0,
          contactInboxes: 0,
          people: 0,
          contacts: 0,
          unreachable: 0,
          known: [],
          next: null,
        }
        assert.deepEqual(await account.previewInboxMove({ sourceOaId: unique('empty'), destinationOaId }), nothing)
      },
    },
    {
      title: 'tells what a move will meet: active conversations on both sides, two contacts, and whoever stays in any case',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, { source: 'instagram', destination: 'instagram' })
        const { account, sourceOaId, destinationOaId } = move
        const write = async (oaId: string, customerId: string, more: Partial<UpsertConversationWithEventsInput> = {}) => {
          await account.upsertConversationWithEvents({ oaId, customerId, events: [said(`${oaId} ${customerId}`)], ...more })
          return (await account.findContact({ oaId, customerId }))?.id ?? null
        }
        const close = (oaId: string, customerId: string) => account.closeConversation({ oaId, customerId })
        const ids = (phone: string, userId: string) => ({ identities: identitiesOf(phone, userId) })
        const here1 = await write(sourceOaId, 'both-active')
        const there1 = await write(destinationOaId, 'both-active')
        const here2 = await write(sourceOaId, 'closed-here')
        await close(sourceOaId, 'closed-here')
        const there2 = await write(destinationOaId, 'closed-here')
        const here3 = await write(sourceOaId, 'closed-there')
        const there3 = await write(destinationOaId, 'closed-there')
        await close(destinationOaId, 'closed-there')
        const here4 = await write(sourceOaId, 'two-phone', ids('two-phone', 'two-user'))
        await write(destinationOaId, 'two-phone')
        await write(destinationOaId, 'two-user')
        await close(destinationOaId, 'two-phone')
        const here5 = await write(sourceOaId, 'phone-now', ids('phone-now', 'same-user'))
        await write(destinationOaId, 'phone-then', ids('phone-then', 'same-user'))
        const here6 = await write(sourceOaId, 'namesake', { customerUsername: 'lan', matchUsername: true })
        await write(destinationOaId, 'other-lan', { customerUsername: 'lan', matchUsername: true })
        await write(sourceOaId, 'unknown')
        const { known } = await account.previewInboxMove({ sourceOaId, destinationOaId })
        const met = (
          [customerId, contactId, matchedBy]: readonly [string, string | null, InboxMoveMatch],
          destinationContactId: string | null,
          hasActiveConflict: boolean,
          staysApart = false,
        ) => ({ customerId, contactId, matchedBy, destinationContactId, hasActiveConflict, staysApart })
        assert.deepEqual(known, [
          met(['both-active', here1, 'id'], there1, true),
          met(['closed-here', here2, 'id'], there2, false),
          met(['closed-there', here3, 'id'], there3, false),
          met(['namesake', here6, 'username'], null, true),
          met(['phone-now', here5, 'identity'], null, true, true),
          met(['two-phone', here4, 'id'], null, true, true),
        ])
        // Those who stay are the same ones that the move leaves.
        holds(await moveAll(move, await begun(move, { onActiveConflict: 'merge' })), { skipped: 2, contactsMerged: 3 })
      },
    },
  ]),
)
