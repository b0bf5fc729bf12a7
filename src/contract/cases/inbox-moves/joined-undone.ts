import assert from 'node:assert/strict'
import type { EventInput } from '../../../model/event-inputs.js'
import type { RawRow } from '../../contract-backend.js'
import { type CaseList, withEvents, withJointWrites } from '../../contract-case.js'
import { said } from '../../events.js'
import { holds, present } from '../../expectations.js'
import { begun, identitiesOf, moveAll, moveOf, undone } from './move-calls.js'

const whatsApp = { source: 'whatsapp', destination: 'whatsapp' }
const onActiveConflict = 'close_source'

/** What an undo gives back of people who became one with somebody of the destination. */
export const joinedUndoneCases: CaseList = withEvents(
  withJointWrites([
    {
      title: 'parts a person again from who has their id in the destination, and gives both back as they were',
      async run({ scene, store, clock, unique }) {
        const here = scene(store({ clock: clock.now }))
        const move = await moveOf(here, unique)
        const { account, key, rows } = here
        const [user, lid] = [unique('user'), unique('lid')]
        await account.upsertConversationWithEvents({ ...key, identities: identitiesOf(here.customerId, user, lid), events: [said('m1')] })
        await account.closeConversation(key)
        await here.write(said('m2', { occurredAt: clock.now() }), { type: 'reaction', targetMessageId: 'never', emoji: '👍' })
        const { conversation } = await account.snoozeConversation({ ...key, until: new Date(clock.now().getTime() + 60_000) })
        const there = { oaId: move.destinationOaId, customerId: here.customerId }
        await account.upsertConversationWithEvents({ ...there, nickname: 'Lan', events: [said('m1')] })
        const kept = present(await account.findByOaAndCustomer(there))
        const all = async () => ({
          // The contact of an alias is its head's.
          contactInboxes: (await rows.contactInboxes()).map((row) => ({
            ...row,
            contact_id: row.canonical_id === null ? row.contact_id : null,
          })),
          conversations: (await rows.conversations()).map(
            ({ version: _, updated_at: _at, operations: _marks, dropped_until: _until, ...row }) => row,
          ),
          messages: await rows.messages(),
          events: await rows.events(),
          contacts: (await rows.contacts()).map(({ updated_at: _, operations: _marks, dropped_until: _until, ...row }) => row),
        })
        const before = await all()
        const done = await moveAll(move, await begun(move, { onActiveConflict }))
        holds(await account.findConversation({ conversationId: conversation.id }), { status: 'closed', oaId: there.oaId })
        const now = clock.advance(1_000)
        holds(await undone(move, done.id), { status: 'completed', skipped: 0, moved: done.moved, contactsMerged: 0 })
        assert.deepEqual(await all(), before)
        holds(await account.findByOaAndCustomer(key), { id: conversation.id, version: conversation.version + 2, status: 'snoozed' })
        holds(await account.findByOaAndCustomer(there), { id: kept.id, version: kept.version + 2, updatedAt: now })
        const written = await account.upsertConversationWithEvents({ ...key, customerId: lid, events: [said('m2'), said('m3')] })
        assert.deepEqual(
          [written.conversation?.id, written.events.map(({ outcome }) => outcome)],
          [conversation.id, ['duplicate', 'stored']],
        )
      },
    },
    {
      title: 'leaves the contact of what was said since with the one of the destination, where neither had one',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, whatsApp)
        const { account } = here
        const there = { oaId: move.destinationOaId, customerId: here.customerId }
        const events: EventInput[] = [{ type: 'receipt', status: 'read', messageIds: ['never'] }]
        for (const key of [here.key, there]) await account.upsertConversationWithEvents({ ...key, events })
        const done = await moveAll(move, await begun(move, { onActiveConflict }))
        const { conversation } = await account.upsertConversationWithEvents({ ...there, events: [said('m1')] })
        holds(await undone(move, done.id), { skipped: 0 })
        const { contactId } = present(conversation)
        holds(await account.findContact(there), { id: contactId })
        await account.closeConversation(there)
        const next = await account.upsertConversationWithEvents({ ...there, events: [said('m2')] })
        holds(next, { outcome: 'created' })
        holds(present(next.conversation), { contactId })
      },
    },
    {
      title: 'parts two people from one, the last first, and leaves what was said in the destination since with that one',
      async run({ scene, raw, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, whatsApp)
        const { account, accountId, oaId } = here
        for (const customerId of ['a', 'b']) await account.upsertConversationWithEvents({ oaId, customerId, events: [said(customerId)] })
        const there = { oaId: move.destinationOaId, customerId: 'a' }
        const identities = ['a', 'b'].map((id, index) => ({ id, kind: index === 0 ? 'phone' : 'lid' }))
        const { conversation } = await account.upsertConversation({ ...there, identities })
        const done = await moveAll(move, await begun(move, { onActiveConflict }))
        for (const customerId of ['a', 'b'])
          await account.upsertConversationWithEvents({ ...there, customerId, events: [said(`since ${customerId}`)] })
        holds(await undone(move, done.id), { status: 'completed', skipped: 0, pass: 2, moved: done.moved })
        for (const customerId of ['a', 'b']) {
          holds(await account.findByOaAndCustomer({ oaId, customerId }), { customerId, status: 'open', unreadCount: 1, lastSeq: 1 })
          holds(await account.findByOaAndCustomer({ ...there, customerId }), { id: conversation.id, unreadCount: 2 })
        }
        const moved = (await raw.contactInboxes(accountId)).map((row) => row.moved)
        assert.deepEqual(moved, [null, null, null, null])
      },
    },
    {
      title: 'leaves those with whom the destination has gone on, whom nobody can tell apart, and whom the source knows again',
      async run({ scene, raw, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, whatsApp)
        const { account, accountId, oaId } = here
        const of = (customerId: string) => ({ oaId, customerId })
        const there = (customerId: string) => ({ oaId: move.destinationOaId, customerId })
        const names = ['again', 'gone', 'linked', 'merged', 'free']
        const ids = new Map<string, string>()
        for (const name of names) {
          const { conversation } = await account.upsertConversationWithEvents({ ...of(name), events: [said('m1')] })
          ids.set(name, present(conversation).id)
          await account.upsertConversationWithEvents({ ...there(name), events: [said('m2')] })
        }
        const done = await moveAll(move, await begun(move, { onActiveConflict }))
        holds(done, { skipped: 0, contactsMerged: 5 })
        await account.upsertConversation(of('again'))
        await account.closeConversation(there('gone'))
        await account.reopenConversation({ conversationId: present(ids.get('gone')) })
        await account.upsertConversationWithEvents({ ...there('gone'), events: [said('m3')] })
        await account.linkCustomerIds({ oaId: move.destinationOaId, identities: identitiesOf('linked', 'more') })
        await account.mergeConversations({ keep: there('merged'), lose: { conversationId: present(ids.get('merged')) } })
        const stays = ({ customer_id }: RawRow) => customer_id !== 'free'
        const undo = await undone(move, done.id)
        holds(undo, { status: 'completed', skipped: 4, moved: { conversations: 1, messages: 1, attachments: 0, contactInboxes: 1 } })
        const inSource = (await raw.contactInboxes(accountId)).filter((row) => row.oa_id === oaId)
        assert.deepEqual(inSource.map(({ customer_id, moved }) => [customer_id, moved]).sort(), [
          ['again', null],
          ['free', null],
        ])
        assert.equal((await raw.conversations(accountId)).filter((row) => row.oa_id === oaId).filter(stays).length, 1)
      },
    },
    {
      title: 'leaves the status of a conversation that was touched since, and parts the people whose contacts others hold together',
      async run({ scene, store, clock, unique }) {
        const here = scene(store({ clock: clock.now }))
        const move = await moveOf(here, unique, whatsApp)
        const { account, key } = here
        const there = { oaId: move.destinationOaId, customerId: here.customerId }
        const first = await here.open()
        const { conversation: kept } = await account.upsertConversation(there)
        const done = await moveAll(move, await begun(move, { onActiveConflict }))
        clock.advance(1_000)
        await account.closeConversation(there)
        await account.reopenConversation({ conversationId: first.id })
        await account.closeConversation({ conversationId: first.id })
        const { conversation: third } = await account.upsertConversation({ ...there, customerId: unique('third') })
        await account.mergeContacts({ keep: { contactId: third.contactId }, lose: { contactId: kept.contactId } })
        holds(await undone(move, done.id), { skipped: 0, moved: { conversations: 1, messages: 0, attachments: 0, contactInboxes: 1 } })
        holds(await account.findByOaAndCustomer({ ...key, status: 'any' }), { id: first.id, status: 'closed', contactId: first.contactId })
        holds(await account.findContact({ contactId: first.contactId }), { id: third.contactId })
      },
    },
    {
      title: 'gives back what a second move took of people whom a first one has made one, and parts nobody for it',
      async run({ scene, raw, unique }) {
        for (const how of ['skip', onActiveConflict] as const) {
          const here = scene()
          const move = await moveOf(here, unique, whatsApp)
          const { account, accountId, key } = here
          const there = { oaId: move.destinationOaId, customerId: here.customerId }
          const further = unique('further')
          await account.connectInbox({ oaId: further, channel: 'whatsapp' })
          const { conversation: lost } = await account.upsertConversation(key)
          const { conversation: kept } = await account.upsertConversation(there)
          await moveAll(move, await begun(move, { onActiveConflict }))
          const second = { account, sourceOaId: move.destinationOaId, destinationOaId: further }
          const done = await moveAll(second, await begun(second, { onActiveConflict: how }))
          const mark = { by: done.id, channel: 'whatsapp' }
          for (const { moved } of await raw.contactInboxes(accountId)) assert.deepEqual(moved, mark)
          for (const { moved } of await raw.conversations(accountId)) assert.deepEqual(moved, { ...mark, window_expires_at: null })
          holds(await undone(second, done.id), { skipped: 0, moved: done.moved })
          for (const { oa_id, moved } of await raw.contactInboxes(accountId)) assert.deepEqual([oa_id, moved], [there.oaId, null])
          holds(await account.findByOaAndCustomer(there), { id: kept.id, status: 'open' })
          holds(await account.findConversation({ conversationId: lost.id }), { ...there, status: 'closed' })
        }
      },
    },
    {
      title: 'opens the conversation of a person again who moved alone, and leaves them closed beside another one of their username',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, { source: 'instagram', destination: 'instagram' })
        const { account, oaId } = here
        const named = { customerUsername: 'lan', matchUsername: true }
        const there = { oaId: move.destinationOaId }
        await account.upsertConversation({ ...there, customerId: 'z', ...named })
        for (const isTaken of [false, true]) {
          const customerId = isTaken ? 'b' : 'a'
          const { conversation } = await account.upsertConversation({ oaId, customerId, ...named })
          const done = await moveAll(move, await begun(move, { onActiveConflict }))
          if (isTaken) await account.upsertConversation({ oaId, customerId: 'c', ...named })
          await undone(move, done.id)
          holds(await account.findConversation({ conversationId: conversation.id }), {
            oaId,
            customerId,
            status: isTaken ? 'closed' : 'open',
          })
          if (!isTaken) await account.closeConversation({ conversationId: conversation.id })
        }
      },
    },
  ]),
)
