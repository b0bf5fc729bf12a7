import assert from 'node:assert/strict'
import { type CaseList, withEvents, withJointWrites } from '../../contract-case.js'
import { said } from '../../events.js'
import { moveOf } from './move-calls.js'

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
        const contactOf = async (customerId: string) => (await account.findContact(inSource(customerId)))?.id ?? null
        const known = [{ customerId: 'b', contactId: await contactOf('b'), matchedBy: 'identity' as const }]
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
  ]),
)
