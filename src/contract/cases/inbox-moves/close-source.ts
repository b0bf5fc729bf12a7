import assert from 'node:assert/strict'
import { type CaseList, withEvents, withJointWrites } from '../../contract-case.js'
import { at, said } from '../../events.js'
import { column, holds, only, present, racing } from '../../expectations.js'
import { batch, begun, identitiesOf, moveAll, moveOf } from './move-calls.js'

const whatsApp = { source: 'whatsapp', destination: 'whatsapp' }
const onActiveConflict = 'close_source'

/** What becomes of those whom the destination knows, where a migration closes the conversations of the source. */
export const closeSourceCases: CaseList = withEvents(
  withJointWrites([
    {
      title: 'closes the conversation of a person whom the destination knows, and makes them one with who has their id there',
      async run({ scene, store, clock, unique }) {
        const here = scene(store({ clock: clock.now }))
        const move = await moveOf(here, unique)
        const { account, key, rows } = here
        const there = { oaId: move.destinationOaId, customerId: here.customerId }
        await here.write(said('m1'))
        const former = (await account.closeConversation(key)).conversation
        await here.write(said('m2', { occurredAt: clock.now() }), said('m3', { occurredAt: clock.now() }))
        const active = present(await account.findByOaAndCustomer(key))
        await account.upsertConversationWithEvents({ ...there, nickname: 'Lan', events: [said('m9')] })
        const kept = present(await account.findByOaAndCustomer(there))
        const before = { messages: await rows.messages(), events: await rows.events() }
        const now = clock.advance(1_000)
        const migration = await batch(move, await begun(move, { onActiveConflict }))
        const moved = { conversations: 2, messages: 3, attachments: 0, contactInboxes: 1 }
        holds(migration, { status: 'running', moved, contactsMerged: 1, skipped: 0 })
        assert.deepEqual({ messages: await rows.messages(), events: await rows.events() }, before)
        const { recipientId, identities, contactId } = present(await account.findByOaAndCustomer(there))
        assert.deepEqual(present(await account.findByOaAndCustomer(there)), {
          ...kept,
          identities,
          version: kept.version + 1,
          updatedAt: now,
        })
        assert.deepEqual(present(await account.findConversation({ conversationId: active.id })), {
          ...active,
          ...there,
          recipientId,
          identities,
          contactId,
          channel: 'api',
          status: 'closed',
          closedAt: now,
          statusChangedAt: now,
          windowExpiresAt: null,
          version: active.version + 1,
          updatedAt: now,
        })
        holds(await account.findConversation({ conversationId: former.id }), { ...there, closedAt: former.closedAt, version: 2 })
        assert.equal(await account.findByOaAndCustomer({ ...key, status: 'any' }), null)
        const of = await account.listConversations({ ...there, limit: 10 })
        assert.deepEqual(of.items.map(({ id }) => id).sort(), [former.id, active.id, kept.id].sort())
        holds(await account.findContact({ contactId: active.contactId }), { id: kept.contactId, redirectedFrom: active.contactId })
        holds(await batch(move, migration), { status: 'completed', moved, contactsMerged: 1 })
      },
    },
    {
      title: 'finds the messages of both under the id that both have, and takes none for a copy of another one',
      async run({ scene, raw, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, { source: 'sms', destination: 'sms' })
        const { account, accountId, key } = here
        const there = { oaId: move.destinationOaId, customerId: here.customerId }
        const { conversation } = await here.write(said('m1'), said('both'))
        const kept = await account.upsertConversationWithEvents({ ...there, events: [said('both')] })
        await moveAll(move, await begun(move, { onActiveConflict }))
        holds(await account.findMessage({ ...there, messageId: 'm1' }), { conversationId: present(conversation).id })
        holds(await account.findMessage({ ...there, messageId: 'both' }), { conversationId: present(kept.conversation).id })
        const again = await account.upsertConversationWithEvents({
          ...there,
          events: [said('m1'), said('m2'), { type: 'reaction', targetMessageId: 'm1', emoji: '👍' }],
        })
        assert.deepEqual(
          again.events.map(({ outcome }) => outcome),
          ['duplicate', 'stored', 'stored'],
        )
        assert.equal(again.conversation?.id, kept.conversation?.id)
        holds(await account.findMessage({ ...there, messageId: 'm1' }), { conversationId: present(conversation).id })
        assert.equal((await raw.messages(accountId)).length, 4)
        const anew = await here.write(said('m1'))
        assert.deepEqual([anew.outcome, anew.conversation?.oaId], ['created', key.oaId])
      },
    },
    {
      title: 'takes the other ids of a person along, by each of which the destination knows them then',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, whatsApp)
        const { account, key, rows } = here
        const [user, lid] = [unique('user'), unique('lid')]
        await account.upsertConversationWithEvents({ ...key, identities: identitiesOf(here.customerId, user, lid), events: [said('m1')] })
        const there = (customerId: string) => ({ oaId: move.destinationOaId, customerId })
        const { conversation: kept } = await account.upsertConversation(there(user))
        holds(await moveAll(move, await begun(move, { onActiveConflict })), {
          skipped: 0,
          moved: { ...nothing, conversations: 1, messages: 1, contactInboxes: 3 },
        })
        for (const customerId of [here.customerId, user, lid]) {
          holds(await account.findByOaAndCustomer(there(customerId)), { id: kept.id, customerId: user, recipientId: here.customerId })
          holds(await account.findMessage({ ...there(customerId), messageId: 'm1' }), { messageId: 'm1' })
        }
        const { identities } = present(await account.findByOaAndCustomer(there(user)))
        assert.deepEqual(identities.map(({ id }) => id).sort(), [here.customerId, user, lid].sort())
        const heads = (await rows.contactInboxes()).filter(({ canonical_id }) => canonical_id === null)
        assert.equal(only(heads).oa_id, move.destinationOaId)
        const written = await account.upsertConversationWithEvents({ ...there(lid), events: [said('m2')] })
        assert.deepEqual([written.outcome, written.conversation?.id], ['updated', kept.id])
      },
    },
    {
      title: 'leaves a person whose ids are those of two people there, or who has another id of one kind than the one there',
      async run({ scene, raw, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, whatsApp)
        const { account, accountId, oaId } = here
        const there = (customerId: string) => ({ oaId: move.destinationOaId, customerId })
        for (const name of ['a', 'b']) {
          await account.upsertConversationWithEvents({
            oaId,
            customerId: name,
            identities: identitiesOf(name, `${name}-user`),
            events: [said('m1')],
          })
        }
        for (const customerId of ['a', 'a-user']) await account.upsertConversation(there(customerId))
        await account.upsertConversation({ ...there('b'), identities: identitiesOf('b', 'other-user') })
        const all = async () => [await raw.contactInboxes(accountId), await raw.conversations(accountId), await raw.contacts(accountId)]
        const before = await all()
        const done = await moveAll(move, await begun(move, { onActiveConflict }))
        holds(done, { status: 'completed', skipped: 2, contactsMerged: 0, moved: nothing })
        assert.deepEqual(await all(), before)
      },
    },
    {
      title: 'moves a person alone, and closed, whom the destination knows by a username only',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, { source: 'instagram', destination: 'instagram' })
        const { account, key } = here
        const there = { oaId: move.destinationOaId, customerId: here.customerId }
        const named = { customerUsername: 'lan', matchUsername: true }
        const { conversation: closes } = await account.upsertConversation({ ...key, ...named })
        const { conversation: namesake } = await account.upsertConversation({ ...there, customerId: unique('z'), ...named })
        holds(await moveAll(move, await begun(move, { onActiveConflict })), { skipped: 0, contactsMerged: 0 })
        holds(await account.findConversation({ conversationId: closes.id }), { ...there, status: 'closed', contactId: closes.contactId })
        assert.deepEqual(await account.findConversation({ conversationId: namesake.id }), namesake)
        assert.equal((await account.upsertConversation(there)).outcome, 'created')
      },
    },
    {
      title: 'joins two people of the source with one of the destination, one after the other',
      async run({ scene, raw, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, whatsApp)
        const { account, accountId, oaId } = here
        for (const customerId of ['a', 'b']) await account.upsertConversationWithEvents({ oaId, customerId, events: [said(customerId)] })
        const there = { oaId: move.destinationOaId, customerId: 'a' }
        const identities = ['a', 'b'].map((id, index) => ({ id, kind: index === 0 ? 'phone' : 'lid' }))
        const { conversation } = await account.upsertConversation({ ...there, identities })
        const done = await moveAll(move, await begun(move, { onActiveConflict }))
        holds(done, { skipped: 0, contactsMerged: 2, moved: { ...nothing, conversations: 2, messages: 2, contactInboxes: 2 } })
        const contactInboxes = await raw.contactInboxes(accountId)
        const head = only(contactInboxes.filter(({ canonical_id }) => canonical_id === null))
        assert.deepEqual(new Set(column(await raw.conversations(accountId), 'contact_inbox_id')), new Set([head.id]))
        for (const messageId of ['a', 'b']) holds(await account.findMessage({ ...there, messageId }), { messageId })
        holds(await account.findByOaAndCustomer(there), { id: conversation.id, version: conversation.version + 2 })
      },
    },
    {
      title: 'leaves what waits in the source, and how far was read there, out of the destination’s messages',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, whatsApp)
        const { account, key } = here
        const there = { oaId: move.destinationOaId, customerId: here.customerId }
        await account.upsertConversationWithEvents({
          ...there,
          events: [said('m1'), { type: 'message', messageId: 'r1', direction: 'outbound', text: 'Hi', occurredAt: at(1) }],
        })
        await account.upsertConversationWithEvents({
          ...key,
          events: [
            said('m0'),
            { type: 'reaction', targetMessageId: 'm1', emoji: '👍' },
            { type: 'receipt', status: 'read', watermark: at(5), occurredAt: at(5) },
          ],
        })
        await moveAll(move, await begun(move, { onActiveConflict }))
        assert.deepEqual(present(await account.findMessage({ ...there, messageId: 'm1' })).reactions, [])
        holds(await account.findMessage({ ...there, messageId: 'r1' }), { readAt: null })
      },
    },
    {
      title: 'stores each of 20 messages once that come in both inboxes while their person becomes one',
      async run({ scene, raw, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, { source: 'sms', destination: 'sms' })
        const { account, accountId } = here
        const there = { oaId: move.destinationOaId, customerId: here.customerId }
        for (const key of [here.key, there]) await account.upsertConversationWithEvents({ ...key, events: [said('m0')] })
        const moving = begun(move, { onActiveConflict }).then((first) => moveAll(move, first))
        const writing = racing<unknown>(20, (n) =>
          account.upsertConversationWithEvents({ ...(n % 2 === 0 ? here.key : there), events: [said(`m${n}`)] }),
        )
        await Promise.all([moving, writing])
        assert.equal((await raw.messages(accountId)).length, 22)
        const conversations = await raw.conversations(accountId)
        const unread = conversations.reduce((sum, row) => sum + Number(row.unread_count), 0)
        assert.equal(unread, 22)
        const heads = new Map((await raw.contactInboxes(accountId)).map((row) => [row.id, row]))
        for (const row of conversations)
          holds(heads.get(row.contact_inbox_id), { oa_id: row.oa_id, customer_id: row.customer_id, canonical_id: null })
        for (const oaId of [here.oaId, there.oaId]) {
          const active = conversations.filter((row) => row.oa_id === oaId && row.status !== 'closed')
          assert.ok(active.length <= 1, `${active.length} active conversations in ${oaId}`)
        }
      },
    },
  ]),
)

const nothing = { conversations: 0, messages: 0, attachments: 0, contactInboxes: 0 }
