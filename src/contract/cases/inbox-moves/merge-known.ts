import assert from 'node:assert/strict'
import { type CaseList, withEvents, withJointWrites } from '../../contract-case.js'
import { at, replied, said } from '../../events.js'
import { holds, only, present } from '../../expectations.js'
import { batch, begun, identitiesOf, moveAll, moveOf, undone } from './move-calls.js'

const whatsApp = { source: 'whatsapp', destination: 'whatsapp' }
const onActiveConflict = 'merge'

/** What becomes of those whom the destination knows, where a migration merges. */
export const mergeKnownCases: CaseList = withEvents(
  withJointWrites([
    {
      title: 'merges the active conversation of a person whom the destination knows into the one there',
      async run({ scene, store, clock, unique }) {
        const here = scene(store({ clock: clock.now }))
        const move = await moveOf(here, unique, whatsApp)
        const { account, key, rows } = here
        const there = { oaId: move.destinationOaId, customerId: here.customerId }
        await here.write(said('m0'))
        const former = (await account.closeConversation(key)).conversation
        await here.write(said('m1', { occurredAt: at(1) }), replied('r1', { occurredAt: at(2) }))
        const lost = present(await account.findByOaAndCustomer(key))
        await account.upsertConversationWithEvents({ ...there, nickname: 'Lan', events: [said('m2', { occurredAt: at(3) })] })
        const kept = present(await account.findByOaAndCustomer(there))
        const before = { messages: await rows.messages(), events: await rows.events() }
        const now = clock.advance(1_000)
        const migration = await batch(move, await begun(move, { onActiveConflict }))
        const moved = { conversations: 2, messages: 3, attachments: 0, contactInboxes: 1 }
        holds(migration, { moved, contactsMerged: 1, skipped: 0 })
        assert.deepEqual({ messages: await rows.messages(), events: await rows.events() }, before)
        const found = present(await account.findByOaAndCustomer(there))
        holds(found, {
          id: kept.id,
          nickname: 'Lan',
          status: 'open',
          version: kept.version + 1,
          updatedAt: now,
          lastSeq: 3,
          unreadCount: 2,
        })
        holds(found, { lastMessagePreview: kept.lastMessagePreview, windowExpiresAt: kept.windowExpiresAt, contactId: kept.contactId })
        holds(await account.findConversation({ conversationId: lost.id }), { id: kept.id, redirectedFrom: lost.id })
        holds(await account.findConversation({ conversationId: former.id }), { ...there, status: 'closed', version: former.version + 1 })
        const { items } = await account.listMessages({ conversationId: kept.id, limit: 10 })
        assert.deepEqual(items.map(({ messageId }) => messageId).sort(), ['m1', 'm2', 'r1'])
        holds(await batch(move, migration), { status: 'completed', moved, contactsMerged: 1 })
      },
    },
    {
      title: 'lets the conversation of a person go on who has no active one in the destination',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, whatsApp)
        const { account } = here
        const there = { oaId: move.destinationOaId, customerId: here.customerId }
        await account.upsertConversationWithEvents({ ...there, events: [said('m1')] })
        await account.closeConversation(there)
        const { conversation } = await here.write(said('m2'))
        const done = await moveAll(move, await begun(move, { onActiveConflict }))
        holds(done, { skipped: 0, contactsMerged: 1 })
        holds(await account.findByOaAndCustomer(there), { id: present(conversation).id, version: 1, status: 'open', unreadCount: 1 })
        holds(await undone(move, done.id), { skipped: 0 })
        holds(await account.findByOaAndCustomer(here.key), { id: present(conversation).id, version: 2, status: 'open', unreadCount: 1 })
        assert.equal(await account.findByOaAndCustomer(there), null)
      },
    },
    {
      title: 'merges the conversation of the second of two people who join one person into that of the first',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, whatsApp)
        const { account, oaId } = here
        const there = { oaId: move.destinationOaId, customerId: 'a' }
        await account.upsertConversation({ ...there, identities: identitiesOf('a', 'b') })
        await account.closeConversation(there)
        const open = async (customerId: string) =>
          (await account.upsertConversationWithEvents({ oaId, customerId, events: [said(customerId)] })).conversation
        const [second, first] = [present(await open('b')), present(await open('a'))]
        // Somebody who merged their contacts before leads both to one.
        await account.mergeContacts({ keep: { oaId, customerId: 'b' }, lose: { oaId, customerId: 'a' } })
        const migration = await batch(move, await begun(move, { onActiveConflict }))
        holds(migration, { skipped: 0, contactsMerged: 1, moved: { conversations: 2, messages: 2, attachments: 0, contactInboxes: 2 } })
        holds(await account.findByOaAndCustomer(there), { id: first.id, status: 'open', unreadCount: 2, version: 2 })
        holds(await account.findConversation({ conversationId: second.id }), { id: first.id, redirectedFrom: second.id })
      },
    },
    {
      title: 'closes a conversation that would have the username of another active one in the destination',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, { source: 'instagram', destination: 'instagram' })
        const { account, key } = here
        const there = { oaId: move.destinationOaId, customerId: here.customerId }
        const named = { customerUsername: 'lan', matchUsername: true }
        await account.upsertConversation(there)
        await account.closeConversation(there)
        await account.upsertConversation({ ...there, customerId: unique('z'), ...named })
        const { conversation } = await account.upsertConversation({ ...key, ...named })
        await moveAll(move, await begun(move, { onActiveConflict }))
        holds(await account.findConversation({ conversationId: conversation.id }), { ...there, status: 'closed' })
      },
    },
  ]),
)

/** What an undo gives back of conversations that were merged. */
export const mergeUndoneCases: CaseList = withEvents(
  withJointWrites([
    {
      title: 'opens a conversation again that was merged, under the username that it had',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, { source: 'instagram', destination: 'instagram' })
        const { account, key, oaId } = here
        const named = { customerUsername: 'lan', matchUsername: true }
        await account.upsertConversation({ oaId: move.destinationOaId, customerId: here.customerId, customerUsername: 'lan' })
        const { conversation } = await account.upsertConversation({ ...key, ...named })
        const done = await moveAll(move, await begun(move, { onActiveConflict }))
        await undone(move, done.id)
        holds(await account.findConversation({ conversationId: conversation.id }), { ...key, status: 'open' })
        const renamed = await account.upsertConversation({ oaId, customerId: unique('renamed'), ...named })
        assert.equal(renamed.conversation.id, conversation.id)
      },
    },
    {
      title: 'gives both conversations back as they were, and leaves what came since with the one of the destination',
      async run({ scene, store, clock, unique }) {
        const here = scene(store({ clock: clock.now }))
        const move = await moveOf(here, unique, whatsApp)
        const { account, key, rows } = here
        const there = { oaId: move.destinationOaId, customerId: here.customerId }
        await here.write(said('m1', { occurredAt: clock.now() }), said('m2', { occurredAt: clock.now() }))
        await account.markRead({ ...key, seq: 1 })
        const { conversation: lost } = await account.snoozeConversation({ ...key, until: new Date(clock.now().getTime() + 60_000) })
        await account.upsertConversationWithEvents({ ...there, events: [said('m3', { occurredAt: clock.now() })] })
        const kept = present(await account.findByOaAndCustomer(there))
        const all = async () => ({
          contactInboxes: await rows.contactInboxes(),
          conversations: (await rows.conversations()).map(
            // The numbers of the one that held the other keep the gap.
            ({ version: _, updated_at: _at, operations: _marks, dropped_until: _until, last_seq: _seq, last_event_seq: _event, ...row }) =>
              row,
          ),
          messages: await rows.messages(),
          events: await rows.events(),
        })
        const before = await all()
        const done = await moveAll(move, await begun(move, { onActiveConflict }))
        holds(await account.findByOaAndCustomer(there), { id: kept.id, unreadCount: 2 })
        clock.advance(1_000)
        holds(await undone(move, done.id), { skipped: 0, moved: done.moved })
        assert.deepEqual(await all(), before)
        holds(await account.findByOaAndCustomer(key), { id: lost.id, version: lost.version + 1, status: 'snoozed', unreadCount: 1 })
        holds(await account.findByOaAndCustomer(there), { id: kept.id, version: kept.version + 2, unreadCount: 1 })
        const again = await moveAll(move, await begun(move, { onActiveConflict }))
        await account.upsertConversationWithEvents({ ...there, events: [said('m4', { occurredAt: clock.now() })] })
        holds(await undone(move, again.id), { skipped: 0 })
        holds(await account.findMessage({ ...there, messageId: 'm4' }), { conversationId: kept.id })
        holds(await account.findByOaAndCustomer(key), { id: lost.id, lastSeq: 2 })
      },
    },
    {
      title: 'leaves a person whose conversation was merged further since',
      async run({ scene, raw, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, whatsApp)
        const { account, accountId } = here
        const there = { oaId: move.destinationOaId, customerId: here.customerId }
        await here.write(said('m1'))
        await account.upsertConversationWithEvents({ ...there, events: [said('m2')] })
        const done = await moveAll(move, await begun(move, { onActiveConflict }))
        const third = { ...there, customerId: unique('third') }
        await account.upsertConversationWithEvents({ ...third, events: [said('m3')] })
        const { mergeId } = await account.mergeConversations({ keep: there, lose: third })
        const { id } = await undone(move, done.id)
        holds(
          (await raw.inboxMigrations(accountId)).find((row) => row.id === id),
          { skipped: 1, conversations_moved: 0 },
        )
        await account.unmergeConversations({ mergeId })
        assert.equal(only((await raw.conversations(accountId)).filter((row) => row.customer_id === there.customerId)).oa_id, there.oaId)
      },
    },
  ]),
)
