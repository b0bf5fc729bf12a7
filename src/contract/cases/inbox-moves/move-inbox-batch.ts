import assert from 'node:assert/strict'
import { type CaseList, withEvents, withJointWrites } from '../../contract-case.js'
import { at, said } from '../../events.js'
import { column, holds, only, present, rejects, upTo } from '../../expectations.js'
import { batch, begun, moveAll, moveOf } from './move-calls.js'

const files = [
  { type: 'image', url: 'https://files.example/1.jpg' },
  { type: 'image', url: 'https://files.example/2.jpg' },
]

export const moveInboxBatchCases: CaseList = withEvents(
  withJointWrites([
    {
      title: 'moves a person with all conversations, and leaves every message as it is',
      async run({ scene, store, clock, raw, unique }) {
        const here = scene(store({ clock: clock.now }))
        const move = await moveOf(here, unique)
        const { account, accountId, key, rows } = here
        await here.write(said('m1', { attachments: files }))
        const first = await account.closeConversation(key)
        await here.write(said('m2', { occurredAt: clock.now() }))
        const before = { messages: await rows.messages(), events: await rows.events() }
        const active = present(await account.findByOaAndCustomer(key))
        assert.notEqual(active.windowExpiresAt, null)
        const now = clock.advance(1_000)
        const migration = await batch(move, await begun(move))
        const moved = { conversations: 2, messages: 2, attachments: 2, contactInboxes: 1 }
        holds(migration, { status: 'running', moved, batches: 1, pass: 2, skipped: 0, startedAt: now, updatedAt: now, completedAt: null })
        const there = { oaId: move.destinationOaId, customerId: here.customerId }
        assert.equal(await account.findByOaAndCustomer(key), null)
        assert.deepEqual(present(await account.findByOaAndCustomer(there)), {
          ...active,
          ...there,
          channel: 'api',
          windowExpiresAt: null,
          version: active.version + 1,
          updatedAt: now,
        })
        assert.deepEqual({ messages: await rows.messages(), events: await rows.events() }, before)
        const mark = { by: migration.id, channel: 'whatsapp' }
        holds(only(await rows.contactInboxes()), { oa_id: there.oaId, channel: 'api', moved: mark })
        const row = present((await rows.conversations()).find(({ id }) => id === active.id))
        holds(row, { oa_id: there.oaId, moved: { ...mark, window_expires_at: active.windowExpiresAt } })
        holds(present(await account.findConversation({ conversationId: first.conversation.id })), { oaId: there.oaId, status: 'closed' })
        holds(await batch(move, migration), { status: 'completed', moved, batches: 2, completedAt: now })
        holds(only(await raw.inboxMigrations(accountId)), { status: 'completed', messages_moved: 2, contact_inboxes_moved: 1 })
      },
    },
    {
      title: 'lets what comes later find the person in the destination, and keeps what a person of that id says in the source apart',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, { source: 'sms', destination: 'sms' })
        const { account, customerId, rows } = here
        const { conversation } = await here.write(said('m1'))
        await moveAll(move, await begun(move))
        const there = { oaId: move.destinationOaId, customerId }
        const known = await account.upsertConversationWithEvents({ ...there, events: [said('m1'), said('m2')] })
        assert.deepEqual([known.conversation?.id, known.outcome], [present(conversation).id, 'updated'])
        assert.equal((await rows.messages()).length, 2)
        const anew = await here.write(said('m1'))
        assert.equal(anew.outcome, 'created')
        assert.deepEqual(column(await rows.conversations(), 'oa_id'), [here.oaId, there.oaId].sort())
        holds(present(await account.findMessage({ ...there, messageId: 'm1' })), { conversationId: present(conversation).id })
      },
    },
    {
      title: 'moves all ids of a person together, and keeps the reply windows of a conversion',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, { source: 'whatsapp', destination: 'whatsapp' })
        const { account, key, rows } = here
        const other = unique('user')
        const identities = [
          { id: here.customerId, kind: 'phone' },
          { id: other, kind: 'user_id' },
        ]
        await account.upsertConversationWithEvents({ ...key, identities, events: [said('m1', { occurredAt: new Date() })] })
        const before = present(await account.findByOaAndCustomer(key))
        const migration = await moveAll(move, await begun(move, { kind: 'convert' }))
        holds(migration, { moved: { conversations: 1, messages: 1, attachments: 0, contactInboxes: 2 }, skipped: 0 })
        assert.deepEqual(column(await rows.contactInboxes(), 'oa_id'), [move.destinationOaId, move.destinationOaId])
        for (const customerId of [here.customerId, other]) {
          const found = present(await account.findByOaAndCustomer({ oaId: move.destinationOaId, customerId }))
          holds(found, { id: before.id, windowExpiresAt: before.windowExpiresAt, identities: before.identities })
        }
      },
    },
    {
      title: 'leaves a person whole whom the destination knows by an id, another id, or the username of an active conversation',
      async run({ scene, raw, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, { source: 'instagram', destination: 'instagram' })
        const { account, accountId, oaId } = here
        const [byId, byIdentity, alias, byUsername, free] = ['a', 'b', 'c', 'd', 'e'].map((prefix) => unique(prefix))
        const there = (customerId = '') => ({ oaId: move.destinationOaId, customerId })
        const of = (customerId = '') => ({ oaId, customerId })
        const identities = [
          { id: byIdentity ?? '', kind: 'phone' },
          { id: alias ?? '', kind: 'user_id' },
        ]
        await account.upsertConversationWithEvents({ ...of(byId), events: [said('m1')] })
        await account.upsertConversationWithEvents({ ...of(byIdentity), identities, events: [said('m1')] })
        await account.upsertConversation({ ...of(byUsername), customerUsername: 'lan', matchUsername: true })
        await account.upsertConversation({ ...of(free), customerUsername: 'mai', matchUsername: true })
        await account.upsertConversation(there(byId))
        await account.upsertConversation(there(alias))
        await account.upsertConversation({ ...there(unique('z')), customerUsername: 'lan', matchUsername: true })
        const stay = [byId, byIdentity, byUsername]
        const preview = await account.previewInboxMove({ sourceOaId: oaId, destinationOaId: move.destinationOaId })
        assert.deepEqual(
          preview.known.map(({ customerId, matchedBy }) => [customerId, matchedBy]),
          [
            [byId, 'id'],
            [byIdentity, 'identity'],
            [byUsername, 'username'],
          ],
        )
        const migration = await moveAll(move, await begun(move))
        holds(migration, { status: 'completed', skipped: 3, moved: { conversations: 1, messages: 0, attachments: 0, contactInboxes: 1 } })
        const left = (await raw.conversations(accountId)).filter(({ oa_id }) => oa_id === oaId)
        assert.deepEqual(column(left, 'customer_id'), stay)
        assert.notEqual(await account.findByOaAndCustomer(there(free)), null)
      },
    },
    {
      title: 'goes on where the batch before ended, and begins again for those who came in behind it',
      async run({ scene, raw, unique }) {
        const here = scene()
        const move = await moveOf(here, unique)
        const { account, accountId, oaId } = here
        const names = upTo(5).map((n) => `b${n}`)
        for (const customerId of names) await account.upsertConversationWithEvents({ oaId, customerId, events: [said('m1')] })
        const first = await batch(move, await begun(move), { people: 2 })
        holds(first, { pass: 1, moved: { conversations: 2, messages: 2, attachments: 0, contactInboxes: 2 } })
        const inSource = async () =>
          column(
            (await raw.contactInboxes(accountId)).filter(({ oa_id }) => oa_id === oaId),
            'customer_id',
          )
        assert.deepEqual(await inSource(), ['b3', 'b4', 'b5'])
        await account.upsertConversation({ oaId, customerId: 'a' })
        const second = await batch(move, await batch(move, first, { people: 2 }), { people: 2 })
        holds(second, { pass: 2, batches: 3, status: 'running' })
        assert.deepEqual(await inSource(), ['a'])
        const done = await moveAll(move, second)
        holds(done, {
          status: 'completed',
          pass: 3,
          batches: 5,
          moved: { conversations: 6, messages: 5, attachments: 0, contactInboxes: 6 },
        })
        assert.deepEqual(await inSource(), [])
      },
    },
    {
      title: 'ends although people come into the source as fast as they are moved, with everybody who was there before',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique)
        const { account, oaId } = here
        const before = ['a', 'b', 'c', 'd', 'e']
        for (const customerId of before) await account.upsertConversation({ oaId, customerId })
        let migration = await begun(move)
        // Each of them comes in behind the person whom the batch has come to.
        for (let n = 0; migration.completedAt === null && n < 40; n++) {
          migration = await batch(move, migration, { people: 2 })
          await account.upsertConversation({ oaId, customerId: `0${99 - n}` })
        }
        holds(migration, { status: 'completed', pass: 10, skipped: 0 })
        for (const customerId of before) {
          assert.equal(await account.findByOaAndCustomer({ oaId, customerId }), null)
          holds(await account.findByOaAndCustomer({ oaId: move.destinationOaId, customerId }), { customerId })
        }
        const since = (await account.findByOa({ oaId, limit: 10 })).items
        assert.ok(since.length > 0)
        const rest = await moveAll(move, await begun(move))
        holds(rest, { status: 'completed' })
        assert.equal(rest.moved.conversations, since.length)
        assert.deepEqual((await account.findByOa({ oaId, limit: 10 })).items, [])
      },
    },
    {
      title: 'takes no further person after so many conversations, and each with all of theirs',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique)
        const { account, oaId } = here
        for (const customerId of ['a', 'b', 'c']) {
          await account.upsertConversation({ oaId, customerId })
          await account.closeConversation({ oaId, customerId })
          await account.upsertConversation({ oaId, customerId })
        }
        const first = await batch(move, await begun(move), { conversations: 1 })
        holds(first.moved, { conversations: 2, contactInboxes: 1 })
        holds((await batch(move, first, { conversations: 3 })).moved, { conversations: 6, contactInboxes: 3 })
      },
    },
    {
      title: 'brings a conversation back to where its customer moved, when its merge is undone',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, { source: 'sms', destination: 'sms' })
        const { account, key } = here
        const other = here.another()
        const lost = present((await other.write(said('m1'))).conversation)
        await here.write(said('m2'))
        const { mergeId } = await account.mergeConversations({ keep: key, lose: other.key })
        const { moved } = await moveAll(move, await begun(move))
        assert.deepEqual(moved, { conversations: 1, messages: 2, attachments: 0, contactInboxes: 2 })
        const { restored } = await account.unmergeConversations({ mergeId })
        holds(restored, { id: lost.id, oaId: move.destinationOaId, customerId: other.customerId })
        holds(present(await account.findByOaAndCustomer({ oaId: move.destinationOaId, customerId: other.customerId })), { id: lost.id })
      },
    },
    {
      title: 'moves nobody of another account, and nothing of a migration that it does not have',
      async run({ scene, raw, unique }) {
        const here = scene()
        const move = await moveOf(here, unique)
        const theirs = here.foreign()
        await moveOf(theirs, () => move.destinationOaId, { source: 'telegram', destination: 'zalo' })
        await theirs.write(said('m1', { occurredAt: at(1) }))
        const migration = await begun(move)
        await rejects(batch({ account: theirs.account }, migration), 'NOT_FOUND', { what: 'inbox migration' })
        await moveAll(move, migration)
        assert.deepEqual(column(await raw.conversations(theirs.accountId), 'oa_id'), [here.oaId])
      },
    },
  ]),
)
