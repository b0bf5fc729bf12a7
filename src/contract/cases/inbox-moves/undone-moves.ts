import assert from 'node:assert/strict'
import type { RawRow } from '../../contract-backend.js'
import { type CaseList, withEvents, withJointWrites } from '../../contract-case.js'
import { at, said } from '../../events.js'
import { column, holds, only, present, upTo } from '../../expectations.js'
import { batch, begun, identitiesOf, moveAll, moveOf, undone } from './move-calls.js'

const whatsApp = { source: 'whatsapp', destination: 'whatsapp' }
const attachments = [{ type: 'file', url: 'https://files.example/1.pdf' }]

/** What the batches of an undo move back, and what they leave. */
export const undoneMovesCases: CaseList = withEvents(
  withJointWrites([
    {
      title: 'gives a person back with all ids and conversations as they were, and takes the marks off',
      async run({ scene, store, clock, unique }) {
        const here = scene(store({ clock: clock.now }))
        const move = await moveOf(here, unique)
        const { account, key, rows } = here
        const identities = identitiesOf(here.customerId, unique('user'))
        await account.upsertConversationWithEvents({ ...key, identities, events: [said('m1', { attachments })] })
        await account.closeConversation(key)
        await here.write(said('m2', { occurredAt: clock.now() }))
        await here.write({ type: 'reaction', targetMessageId: 'never', emoji: '👍' })
        const all = async () => ({
          contactInboxes: await rows.contactInboxes(),
          conversations: await rows.conversations(),
          messages: await rows.messages(),
          events: await rows.events(),
        })
        const before = await all()
        const done = await moveAll(move, await begun(move))
        const now = clock.advance(1_000)
        const undo = await undone(move, done.id)
        holds(undo, { status: 'completed', skipped: 0, moved: done.moved })
        const changed = (row: RawRow) => ({ ...row, version: Number(row.version) + 2, updated_at: now })
        assert.deepEqual(await all(), { ...before, conversations: before.conversations.map(changed) })
      },
    },
    {
      title: 'puts the reply window of a move back whatever came since, and leaves that of a conversion as it is',
      async run({ scene, store, clock, unique }) {
        const here = scene(store({ clock: clock.now }))
        const move = await moveOf(here, unique, whatsApp)
        const { account, key } = here
        const there = { oaId: move.destinationOaId, customerId: here.customerId }
        const windowOf = async () => present(await account.findByOaAndCustomer(key)).windowExpiresAt
        await here.write(said('m1', { occurredAt: clock.now() }))
        const first = present(await windowOf())
        for (const kind of ['move', 'convert'] as const) {
          const { id } = await moveAll(move, await begun(move, { kind }))
          const occurredAt = clock.advance(60_000)
          const write = { ...there, events: [said(`in ${kind}`, { occurredAt })] }
          const { conversation } = await account.upsertConversationWithEvents(write)
          const opened = present(present(conversation).windowExpiresAt)
          assert.ok(opened > first)
          await undone(move, id)
          assert.deepEqual(await windowOf(), kind === 'move' ? first : opened)
        }
      },
    },
    {
      title: 'leaves what was opened since where it is, under copies of the person’s contact inboxes',
      async run({ scene, raw, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, whatsApp)
        const { account, accountId, key } = here
        const user = unique('user')
        const identities = identitiesOf(here.customerId, user)
        await account.upsertConversationWithEvents({ ...key, identities, events: [said('m1')] })
        const first = present(await account.findByOaAndCustomer(key))
        const done = await moveAll(move, await begun(move))
        const there = { oaId: move.destinationOaId, customerId: here.customerId }
        await account.upsertConversationWithEvents({ ...there, events: [said('m2')] })
        await account.closeConversation(there)
        const written = await account.upsertConversationWithEvents({
          ...there,
          events: [said('m3', { attachments }), { type: 'referral', eventId: 'r1', occurredAt: at(1), payload: { ref: 'ad' } }],
        })
        const opened = present(written.conversation)
        assert.notEqual(opened.id, first.id)
        const undo = await undone(move, done.id)
        holds(undo, { status: 'completed', moved: { conversations: 1, messages: 2, attachments: 0, contactInboxes: 2 } })
        holds(await account.findByOaAndCustomer({ ...key, status: 'any' }), { id: first.id, status: 'closed' })
        assert.deepEqual(await account.findByOaAndCustomer(there), opened)
        assert.deepEqual(await account.findByOaAndCustomer({ ...there, customerId: user }), opened)
        const contactInboxes = await raw.contactInboxes(accountId)
        assert.equal(contactInboxes.length, 4)
        const headIn = (oaId: string) => only(contactInboxes.filter((row) => row.oa_id === oaId && row.canonical_id === null))
        const [from, to] = [headIn(here.oaId), headIn(there.oaId)]
        holds(to, { customer_id: here.customerId, contact_id: from.contact_id, identities: from.identities, moved: null })
        const conversations = new Map((await raw.conversations(accountId)).map((row) => [row.id, row]))
        holds(conversations.get(opened.id), { contact_inbox_id: to.id, oa_id: there.oaId })
        for (const row of [...(await raw.messages(accountId)), ...(await raw.events(accountId))]) {
          holds(row, { contact_inbox_id: conversations.get(row.conversation_id)?.contact_inbox_id })
        }
        for (const customerId of [here.customerId, user]) {
          const again = { ...there, customerId, events: [said('m3'), said(`by ${customerId}`)] }
          const known = await account.upsertConversationWithEvents(again)
          assert.deepEqual([known.conversation?.id, known.events.map(({ outcome }) => outcome)], [opened.id, ['duplicate', 'stored']])
        }
        const byAlias = only((await raw.messages(accountId)).filter(({ message_id }) => message_id === `by ${user}`))
        const alias = only(contactInboxes.filter((row) => row.oa_id === there.oaId && row.customer_id === user))
        holds(byAlias, { contact_inbox_id: to.id, own_id: alias.id })
        const back = await here.write(said('m1'), said('m5'))
        assert.deepEqual(
          back.events.map(({ outcome }) => outcome),
          ['duplicate', 'stored'],
        )
      },
    },
    {
      title: 'leaves people whole who came into the source again, became one with others, or were merged and opened others',
      async run({ scene, raw, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, whatsApp)
        const { account, accountId, oaId } = here
        const of = (customerId: string) => ({ oaId, customerId })
        const there = (customerId: string) => ({ oaId: move.destinationOaId, customerId })
        await account.upsertConversation(there('older'))
        for (const customerId of ['again', 'joined', 'merged', 'other', 'free']) {
          await account.upsertConversationWithEvents({ ...of(customerId), events: [said('m1')] })
        }
        const done = await moveAll(move, await begun(move))
        await account.upsertConversation(of('again'))
        await account.linkCustomerIds({ oaId: move.destinationOaId, identities: identitiesOf('older', 'joined') })
        await account.mergeConversations({ keep: there('merged'), lose: there('other') })
        await account.closeConversation(there('merged'))
        await account.upsertConversation(there('merged'))
        const wentBack = ({ customer_id }: RawRow) => ['free', 'other'].includes(String(customer_id))
        const before = (await raw.contactInboxes(accountId)).filter((row) => !wentBack(row))
        holds(await undone(move, done.id), {
          status: 'completed',
          skipped: 3,
          moved: { conversations: 1, messages: 1, attachments: 0, contactInboxes: 2 },
        })
        const after = await raw.contactInboxes(accountId)
        assert.deepEqual(
          after.filter((row) => !wentBack(row)),
          before,
        )
        assert.deepEqual(column(after.filter(wentBack), 'oa_id'), [oaId, oaId])
        assert.deepEqual(column(after.filter(wentBack), 'moved'), [null, null])
      },
    },
    {
      title: 'leaves those who were there before, and those whom another migration has moved',
      async run({ scene, raw, unique }) {
        const here = scene()
        const move = await moveOf(here, unique)
        const { account, accountId, oaId } = here
        const there = { oaId: move.destinationOaId }
        await account.upsertConversation({ ...there, customerId: 'native' })
        await account.upsertConversation({ oaId, customerId: 'a' })
        const first = await moveAll(move, await begun(move))
        await account.upsertConversation({ oaId, customerId: 'b' })
        await moveAll(move, await begun(move))
        holds(await undone(move, first.id), { skipped: 0, moved: { conversations: 1, messages: 0, attachments: 0, contactInboxes: 1 } })
        const left = (await raw.contactInboxes(accountId)).filter((row) => row.oa_id === there.oaId)
        assert.deepEqual(column(left, 'customer_id'), ['b', 'native'])
      },
    },
    {
      title: 'takes what waits along, for the message that comes in the source',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, whatsApp)
        await here.write(said('m1'), { type: 'reaction', targetMessageId: 'm2', emoji: '👍' })
        const done = await moveAll(move, await begun(move))
        await undone(move, done.id)
        await here.write(said('m2'))
        holds(present(await here.account.findMessage({ ...here.key, messageId: 'm2' })).reactions[0], { emoji: '👍' })
      },
    },
    {
      title: 'brings a merged conversation back with the one that holds it, and its merge can be undone there',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, { source: 'sms', destination: 'sms' })
        const { account, key } = here
        const other = here.another()
        const lost = present((await other.write(said('m1'))).conversation)
        await here.write(said('m2'))
        const done = await moveAll(move, await begun(move))
        const there = ({ customerId }: { readonly customerId: string }) => ({ oaId: move.destinationOaId, customerId })
        const { mergeId } = await account.mergeConversations({ keep: there(key), lose: there(other) })
        const { moved } = await undone(move, done.id)
        assert.deepEqual(moved, { conversations: 1, messages: 2, attachments: 0, contactInboxes: 2 })
        const { restored } = await account.unmergeConversations({ mergeId })
        holds(restored, { id: lost.id, oaId: here.oaId, customerId: other.customerId })
        holds(present(await account.findByOaAndCustomer(other.key)), { id: lost.id })
      },
    },
    {
      title: 'gives a conversation back that was merged since, once the merge is undone',
      async run({ scene, raw, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, { source: 'sms', destination: 'sms' })
        const { account, accountId, key } = here
        const other = here.another()
        for (const each of [here, other]) await each.write(said('m1'))
        const done = await moveAll(move, await begun(move))
        const there = ({ customerId }: { readonly customerId: string }) => ({ oaId: move.destinationOaId, customerId })
        const { mergeId } = await account.mergeConversations({ keep: there(key), lose: there(other) })
        await account.unmergeConversations({ mergeId })
        const { moved } = await undone(move, done.id)
        assert.deepEqual(moved, { conversations: 2, messages: 2, attachments: 0, contactInboxes: 2 })
        for (const rows of [await raw.conversations(accountId), await raw.contactInboxes(accountId)]) {
          assert.deepEqual(column(rows, 'oa_id'), [here.oaId, here.oaId])
          assert.deepEqual(column(rows, 'moved'), [null, null])
        }
      },
    },
    {
      title: 'lets those wait for the next pass for whose copies a batch has no ids left',
      async run({ scene, raw, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, whatsApp)
        const { account, accountId, oaId } = here
        const names = upTo(11).map((n) => `a${String(n).padStart(2, '0')}`)
        for (const name of names) {
          await account.upsertConversation({ oaId, customerId: name, identities: identitiesOf(name, `y-${name}`, `z-${name}`) })
        }
        const done = await moveAll(move, await begun(move))
        for (const customerId of names) {
          await account.closeConversation({ oaId: move.destinationOaId, customerId })
          await account.upsertConversation({ oaId: move.destinationOaId, customerId })
        }
        const first = await batch(move, await account.undoInboxMigration({ migrationId: done.id }), { people: 20 })
        holds(first.moved, { conversations: 10, contactInboxes: 30 })
        holds(await moveAll(move, first), {
          status: 'completed',
          skipped: 0,
          moved: { conversations: 11, messages: 0, attachments: 0, contactInboxes: 33 },
        })
        const ids = column(await raw.contactInboxes(accountId), 'oa_id')
        assert.deepEqual([ids.length, ids.filter((id) => id === oaId).length], [66, 33])
      },
    },
  ]),
)
