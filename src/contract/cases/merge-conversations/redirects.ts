import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { at, said } from '../../events.js'
import { holds, only, present, rejects } from '../../expectations.js'
import { twoThreads } from './two-threads.js'

export const redirectCases: CaseList = [
  {
    title: 'lets the lost id lead to the kept conversation for reads and for every write, and says so',
    async run({ scene }) {
      const here = scene()
      const { account, rows } = here
      const { keptId, lostId, merge, listed } = await twoThreads(here)
      const { conversation: kept } = await merge()
      assert.equal('redirectedFrom' in kept, false)
      assert.deepEqual(await account.findConversation({ conversationId: lostId }), { ...kept, redirectedFrom: lostId })
      assert.deepEqual(await listed(lostId), await listed(keptId))
      assert.deepEqual(await listed(lostId, { by: 'seq', afterSeq: 1 }), ['n2', 'n3'])
      const old = { conversationId: lostId }
      const changes = [
        () => account.updateNickname({ ...old, nickname: 'Lan' }),
        () => account.updateConversation({ ...old, metadata: { vip: true }, expectedVersion: 2 }),
        () => account.snoozeConversation({ ...old, until: new Date('2100-01-01') }),
        () => account.reopenConversation(old),
        () => account.markRead(old),
        () => account.markUnread(old),
        () => account.closeConversation(old),
      ]
      for (const [index, change] of changes.entries()) {
        const { outcome, conversation } = await change()
        assert.equal(outcome, index === 3 ? 'reopened' : 'updated')
        holds(conversation, { id: keptId, redirectedFrom: lostId, version: index + 2 })
      }
      await rejects(account.updateNickname({ ...old, nickname: 'x', expectedVersion: 0 }), 'VERSION_CONFLICT', { expected: 0, actual: 8 })
      holds(only(await rows.conversations()), { nickname: 'Lan', status: 'closed', version: 8, metadata: { vip: true } })
    },
  },
  {
    title: 'lets a walk over either go on where it was, whenever the merge comes',
    async run({ scene }) {
      const here = scene()
      const { account } = here
      const { keptId, lostId, merge } = await twoThreads(here)
      const seqPage = await account.listMessages({ conversationId: lostId, by: 'seq', limit: 1 })
      const timePage = await account.listMessages({ conversationId: lostId, limit: 1 })
      const keptPage = await account.listMessages({ conversationId: keptId, by: 'seq', limit: 3 })
      const eventPage = await account.listEvents({ conversationId: lostId, limit: 2 })
      await merge()
      const rest = async (list: AsyncIterable<{ readonly messageId: string | null }>) => {
        const ids: (string | null)[] = []
        for await (const { messageId } of list) ids.push(messageId)
        return ids
      }
      const from = (page: { readonly nextCursor: string | null }) => ({ cursor: present(page.nextCursor), limit: 1 })
      assert.deepEqual(await rest(account.listMessages({ conversationId: lostId, by: 'seq', ...from(seqPage) })), ['n2', 'n3'])
      assert.deepEqual(await rest(account.listMessages({ conversationId: lostId, ...from(timePage) })), ['m2', 'n2', 'm3', 'n3', 'm4'])
      assert.deepEqual(await rest(account.listMessages({ conversationId: keptId, by: 'seq', ...from(keptPage) })), ['m4', 'n1', 'n2', 'n3'])
      assert.deepEqual(await rest(account.listEvents({ conversationId: lostId, ...from(eventPage) })), ['n3'])
      const foreign = from(await account.listMessages({ conversationId: keptId, order: 'newest', limit: 1 }))
      await rejects(account.listMessages({ conversationId: lostId, ...foreign }), 'VALIDATION_FAILED')
    },
  },
  {
    title: 'leaves the lost customer alone: what is known stays known, and the next message opens a conversation',
    async run({ scene }) {
      const here = scene()
      const { account, rows } = here
      const { keptId, lostId, merge, other, writeAsLost } = await twoThreads(here)
      const { conversation: before } = await merge()
      assert.equal(await account.findByOaAndCustomer({ ...other.key, status: 'any' }), null)
      await rejects(account.updateNickname({ ...other.key, nickname: 'x' }), 'NOT_FOUND')
      const again = await writeAsLost(said('n1', { occurredAt: at(2) }), said('n2', { occurredAt: at(4) }))
      holds(again, { outcome: 'duplicate', duplicates: 2 })
      assert.deepEqual(again.conversation, before)
      assert.deepEqual(await account.findConversation({ conversationId: keptId }), before)
      const { outcome, conversation } = await writeAsLost(said('n9', { occurredAt: at(9) }))
      assert.equal(outcome, 'created')
      holds(conversation, { unreadCount: 1, lastSeq: 1, customerId: other.customerId })
      assert.notEqual(conversation?.id, lostId)
      assert.equal((await rows.conversations()).length, 2)
    },
  },
  {
    title: 'does not find another account’s conversations',
    async run({ scene }) {
      const here = scene()
      const { account, key } = here
      const { keptId, lostId, merge } = await twoThreads(here)
      const theirs = here.foreign()
      const { id } = await theirs.open()
      await rejects(account.mergeConversations({ keep: key, lose: { conversationId: id } }), 'NOT_FOUND')
      await rejects(theirs.account.mergeConversations({ keep: theirs.key, lose: { conversationId: lostId } }), 'NOT_FOUND')
      const { mergeId } = await merge()
      await rejects(theirs.account.unmergeConversations({ mergeId }), 'NOT_FOUND', { what: 'merge' })
      assert.equal(await theirs.account.findConversation({ conversationId: lostId }), null)
      assert.deepEqual((await theirs.account.listMessages({ conversationId: lostId })).items, [])
      assert.deepEqual((await theirs.account.listEvents({ conversationId: lostId })).items, [])
      await rejects(theirs.account.updateNickname({ conversationId: lostId, nickname: 'x' }), 'NOT_FOUND')
      holds(await theirs.open(), { id, version: 0, lastSeq: 0 })
      assert.equal((await account.listMessages({ conversationId: keptId })).items.length, 7)
    },
  },
]
