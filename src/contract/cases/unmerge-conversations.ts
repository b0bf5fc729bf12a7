import assert from 'node:assert/strict'
import { type CaseList, withEvents, withJointWrites } from '../contract-case.js'
import { at, said, sending } from '../events.js'
import { holds, only, present, racing, rejects } from '../expectations.js'
import { interceptedAdapter } from '../intercepted-adapter.js'
import { twoThreads } from './merge-conversations/two-threads.js'
import { linkedUndoingCases } from './unmerge-linked.js'

export const unmergeConversationsCases: CaseList = [
  ...withEvents([
    {
      title: 'puts both back as they were, but for their versions',
      async run({ clock, store, scene }) {
        const here = scene(store({ clock: clock.now }))
        const { account, key } = here
        const { other, keptId, lostId, merge, listed, writeAsLost } = await twoThreads(here)
        await writeAsLost(said('n4', { occurredAt: at(9) }))
        await account.markRead({ ...other.key, seq: 1 })
        const [kept, lost] = [present(await account.findByOaAndCustomer(key)), present(await account.findByOaAndCustomer(other.key))]
        clock.advance(1_000)
        const { mergeId } = await merge()
        const now = clock.advance(1_000)
        const undone = await account.unmergeConversations({ mergeId })
        assert.deepEqual(undone, {
          outcome: 'unmerged',
          kept: { ...kept, version: kept.version + 2, updatedAt: now, lastSeq: 8 },
          restored: { ...lost, version: lost.version + 1, updatedAt: now },
        })
        assert.deepEqual(await account.findConversation({ conversationId: lostId }), undone.restored)
        assert.deepEqual(await account.findByOaAndCustomer(key), undone.kept)
        assert.deepEqual(await listed(keptId), ['m1', 'm2', 'm3', 'm4'])
        assert.deepEqual(await listed(lostId), ['n1', 'n2', 'n3', 'n4'])
        assert.equal((await account.listEvents({ conversationId: lostId })).items.at(-1)?.eventSeq, 4)
        const again = await account.unmergeConversations({ mergeId })
        assert.deepEqual(again, { ...undone, outcome: 'unchanged' })
      },
    },
    {
      title: 'keeps what was read, changed and said since',
      async run({ scene }) {
        const here = scene()
        const { account, write, rows } = here
        const { keptId, lostId, merge, listed, writeAsLost } = await twoThreads(here)
        const { mergeId } = await merge()
        await account.markRead({ conversationId: lostId, seq: 1 })
        await write(said('m5', { occurredAt: at(20) }))
        await writeAsLost({ type: 'message_edit', targetMessageId: 'n3', text: 'better', occurredAt: at(21) })
        const { kept, restored } = await account.unmergeConversations({ mergeId })
        holds(kept, { unreadCount: 4, lastSeq: 8, lastMessagePreview: 'text of m5', lastMessageAt: at(20) })
        holds(restored, { unreadCount: 1, lastSeq: 3, readSeq: 1, lastMessagePreview: 'better', lastMessageAt: at(6) })
        assert.deepEqual(await listed(keptId, { by: 'seq' }), ['m1', 'm2', 'm3', 'm4', 'm5'])
        const stored = (await rows.conversations()).map(({ id, unread_count: unread }) => [id, unread])
        assert.deepEqual(
          new Map(stored as [string, number][]),
          new Map([
            [keptId, 4],
            [lostId, 1],
          ]),
        )
        const { conversation } = await writeAsLost(said('n4', { occurredAt: at(22) }))
        holds(conversation, { id: lostId, lastSeq: 4, unreadCount: 2 })
        holds((await write(said('m6', { occurredAt: at(23) }))).conversation, { id: keptId, lastSeq: 9, unreadCount: 5 })
        assert.equal((await account.listEvents({ conversationId: keptId })).items.length, 7)
      },
    },
    {
      title: 'tells since when the customer waits by what is known of the answers now',
      async run({ scene }) {
        const here = scene()
        const { account, another, key } = here
        const other = another()
        await here.write(said('m1', { occurredAt: at(1) }))
        await other.write(said('n1', { occurredAt: at(2) }), sending('r1', { occurredAt: at(3) }))
        await other.write({ type: 'message_failed', localId: 'r1', error: 'too late', occurredAt: at(4) })
        holds(await account.findByOaAndCustomer(other.key), { waitingSince: at(2) })
        const { mergeId, conversation } = await account.mergeConversations({ keep: key, lose: other.key })
        holds(conversation, { waitingSince: at(1) })
        await other.write({ type: 'message_sent', localId: 'r1', messageId: 'c1', occurredAt: at(5) })
        const { kept, restored } = await account.unmergeConversations({ mergeId })
        holds(kept, { waitingSince: at(1) })
        holds(restored, { waitingSince: null })
        assert.deepEqual(await account.findByOaAndCustomer(other.key), restored)
      },
    },
    {
      title: 'is undone once by 8 callers, and merges anew after that',
      async run({ scene }) {
        const here = scene()
        const { account, key } = here
        const { other, keptId, merge, listed } = await twoThreads(here)
        const { mergeId } = await merge()
        const results = await racing(8, () => account.unmergeConversations({ mergeId }))
        assert.equal(results.filter(({ outcome }) => outcome === 'unmerged').length, 1)
        const again = await account.mergeConversations({ keep: key, lose: other.key })
        assert.equal(again.outcome, 'merged')
        assert.notEqual(again.mergeId, mergeId)
        holds(again.conversation, { lastSeq: 10, unreadCount: 5 })
        assert.deepEqual(await listed(keptId, { limit: 3 }), ['m1', 'n1', 'm2', 'n2', 'm3', 'n3', 'm4'])
      },
    },
    {
      title: 'undoes a chain from its end, with every number as it was',
      async run({ scene }) {
        const here = scene()
        const { account, key } = here
        const { other, keptId, lostId, merge, listed } = await twoThreads(here)
        const third = here.another()
        const { conversation } = await third.write(said('o1', { occurredAt: at(10) }))
        const inner = await merge()
        const outer = await account.mergeConversations({ keep: third.key, lose: key })
        assert.deepEqual(await listed(lostId, { by: 'seq' }), ['o1', 'm1', 'm2', 'm3', 'm4', 'n1', 'n2', 'n3'])
        holds(outer.conversation, { unreadCount: 6, lastSeq: 8 })
        await rejects(account.unmergeConversations({ mergeId: inner.mergeId }), 'MERGE_REFUSED', {
          reason: 'not the last',
          mergeId: outer.mergeId,
        })
        await account.markRead({ conversationId: present(conversation).id, seq: 6 })
        const { kept, restored } = await account.unmergeConversations({ mergeId: outer.mergeId })
        holds(kept, { unreadCount: 0, lastSeq: 8 })
        holds(restored, { id: keptId, unreadCount: 1, lastSeq: 7, readSeq: 5 })
        holds(await account.findConversation({ conversationId: lostId }), { id: keptId, redirectedFrom: lostId })
        const last = await account.unmergeConversations({ mergeId: inner.mergeId })
        holds(last.restored, { id: lostId, unreadCount: 1, readSeq: 1, customerId: other.customerId })
        assert.deepEqual(await listed(lostId, { by: 'seq' }), ['n1', 'n2', 'n3'])
      },
    },
  ]),
  ...withJointWrites([
    {
      title: 'gives the kept one its status back, unless it has changed since',
      async run({ clock, store, scene }) {
        const { account, key, another, open } = scene(store({ clock: clock.now }))
        const { id } = await open()
        await account.closeConversation(key)
        const closed = present(await account.findConversation({ conversationId: id }))
        const other = another()
        await other.open()
        clock.advance(1_000)
        const merge = () => account.mergeConversations({ keep: { conversationId: id }, lose: other.key })
        const { kept } = await account.unmergeConversations({ mergeId: (await merge()).mergeId })
        holds(kept, { status: 'closed', closedAt: closed.closedAt, statusChangedAt: closed.statusChangedAt, version: 3 })
        const { mergeId } = await merge()
        clock.advance(1_000)
        await account.snoozeConversation({ ...key, until: new Date('2100-01-01') })
        holds((await account.unmergeConversations({ mergeId })).kept, { status: 'snoozed' })
      },
    },
    {
      title: 'makes no conversation active beside one that has come since',
      async run({ scene }) {
        const { account, key, another, open, rows } = scene()
        const other = another()
        await open()
        const lost = await other.open()
        const { mergeId } = await account.mergeConversations({ keep: key, lose: other.key })
        const { conversation: since } = await account.upsertConversation(other.key)
        assert.notEqual(since.id, lost.id)
        await rejects(account.unmergeConversations({ mergeId }), 'ACTIVE_CONVERSATION_EXISTS', { conversationId: since.id })
        assert.equal((await rows.conversations()).length, 2)
        await account.closeConversation(other.key)
        const { restored } = await account.unmergeConversations({ mergeId })
        holds(restored, { id: lost.id, status: 'open' })
        holds(await account.findByOaAndCustomer(other.key), { id: lost.id })
      },
    },
    {
      title: 'never applies a change to the restored one that came to the kept one by its id, and is sent again',
      async run({ scene, storeOver }) {
        let resend = async (_: string): Promise<unknown> => undefined
        const store = storeOver((adapter) =>
          interceptedAdapter(adapter, ({ name, input, send }) => {
            if (name === 'updateConversation') {
              const firstSentAt = performance.now()
              resend = (conversationId) => send({ ...Object(input), firstSentAt, target: { conversationId } })
            }
            return send()
          }),
        )
        const { account, key, another, open } = scene(store)
        const other = another()
        await open()
        const { id } = await other.open()
        const { mergeId } = await account.mergeConversations({ keep: key, lose: other.key })
        await account.updateNickname({ conversationId: id, nickname: 'Lan' })
        const { kept, restored } = await account.unmergeConversations({ mergeId })
        holds(kept, { nickname: 'Lan' })
        await rejects(resend(id), 'COMMIT_OUTCOME_UNKNOWN')
        assert.deepEqual(await account.findConversation({ conversationId: id }), restored)
      },
    },
    {
      title: 'leads what looks for the lost one to the restored one, if it is undone while that asks where the id leads',
      async run({ scene, storeOver }) {
        let undo: (() => Promise<unknown>) | null = null
        const store = storeOver((adapter) =>
          interceptedAdapter(adapter, async ({ name, send }) => {
            const undoNow = name === 'findRedirect' ? undo : null
            if (undoNow !== null) undo = null
            await undoNow?.()
            return send()
          }),
        )
        const { account, key, another, open } = scene(store)
        const other = another()
        await open()
        await other.write(said('n1'))
        const { id } = present(await account.findByOaAndCustomer(other.key))
        const merge = async () => {
          const { mergeId } = await account.mergeConversations({ keep: key, lose: { conversationId: id } })
          undo = () => account.unmergeConversations({ mergeId })
        }
        await merge()
        const { conversation } = await account.updateNickname({ conversationId: id, nickname: 'Lan' })
        holds(conversation, { id, nickname: 'Lan' })
        await merge()
        assert.equal(only((await account.listMessages({ conversationId: id })).items).messageId, 'n1')
        await merge()
        holds(await account.findConversation({ conversationId: id }), { id, nickname: 'Lan' })
        await rejects(account.updateNickname({ conversationId: 'none', nickname: 'Lan' }), 'NOT_FOUND')
      },
    },
    {
      title: 'finds no merge that another account made, and none that nobody made',
      async run({ scene }) {
        const { account, key, another, open, foreign, rows } = scene()
        const other = another()
        await open()
        await other.open()
        const { mergeId } = await account.mergeConversations({ keep: key, lose: other.key })
        await rejects(foreign().account.unmergeConversations({ mergeId }), 'NOT_FOUND', { what: 'merge' })
        await rejects(account.unmergeConversations({ mergeId: 'x' }), 'NOT_FOUND', { what: 'merge' })
        await rejects(account.unmergeConversations({ mergeId: '' }), 'VALIDATION_FAILED')
        holds(only(await rows.conversations()), { version: 1 })
      },
    },
  ]),
  ...linkedUndoingCases,
]
