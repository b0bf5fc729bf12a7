import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { losingReplies, retry } from '../../errors/losing-replies.js'
import { holds, only, present, rejects, upTo } from '../../expectations.js'
import { keep, longMs } from './journal-calls.js'

export const keepingCases: CaseList = [
  {
    title: 'keeps a body as it was given, with whose it is and when it came',
    async run({ store, scene, raw, clock }) {
      const { accountId } = scene()
      const journal = store({ clock: clock.now }).forOperator()
      const body = JSON.stringify({ $set: { 'a.b': '$1', text: 'é\u2028\u0000' }, id: '24848213377712345' })
      const inboxes = [{ channel: '$sms', oaId: 'page' }]
      const { id, token, receivedAt } = await keep(journal, accountId, { body, inboxes, provider: '$p', oaId: 'route', retainMs: 2_000 })
      assert.equal(token, 1)
      assert.deepEqual(receivedAt, clock.now())
      const found = present(await journal.findWebhook({ accountId, id }))
      assert.deepEqual(
        { ...found },
        {
          id,
          accountId,
          channel: 'sms',
          provider: '$p',
          oaId: 'route',
          inboxes,
          outcome: 'waiting',
          report: null,
          attempts: 1,
          holder: 'a',
          receivedAt,
          workedAt: null,
          expiresAt: new Date(receivedAt.getTime() + 2_000),
          body,
        },
      )
      holds(only(await raw.webhookJournal(accountId)), { id, channel: 'sms', body, outcome: 'waiting', received_at: receivedAt })
    },
  },
  {
    title: 'keeps what no account owns for the operator alone, and an account’s part for that account alone',
    async run({ store, scene, raw, unique }) {
      const ours = scene()
      const journal = store().forOperator()
      const channel = unique('channel')
      const { id } = await keep(journal, ours.accountId, { channel })
      const nobodys = await keep(journal, null, { channel })
      assert.equal(await journal.findWebhook({ accountId: null, id }), null)
      assert.equal(await journal.findWebhook({ accountId: ours.foreign().accountId, id }), null)
      assert.equal(await journal.findWebhook({ accountId: ours.accountId, id: nobodys.id }), null)
      holds(await journal.findWebhook({ accountId: null, id: nobodys.id }), { accountId: null })
      const listed = async (accountId: string | null) => (await journal.listWebhooks({ accountId, channel })).items.map((each) => each.id)
      assert.deepEqual(await listed(ours.accountId), [id])
      assert.deepEqual(await listed(null), [nobodys.id])
      assert.deepEqual(await listed(ours.foreign().accountId), [])
      only(await raw.webhookJournal(ours.accountId))
    },
  },
  {
    title: 'keeps a body once whose reply was lost, and takes, renews and settles it once',
    async run({ storeOver, scene, raw }) {
      const { accountId } = scene()
      const journal = storeOver(losingReplies(2), { retry }).forOperator()
      const { id, token, receivedAt } = await keep(journal, accountId)
      holds(only(await raw.webhookJournal(accountId)), { id, received_at: receivedAt, token: 1, attempts: 1 })
      await journal.renewWebhook({ accountId, id, token, claimMs: longMs })
      await journal.settleWebhook({ accountId, id, token, outcome: 'ingested', report: { stored: 1 } })
      const [taken] = await journal.takeWebhooks({ accountId, ids: [id], holder: 'b', claimMs: longMs })
      holds(taken, { id, token: 2, attempts: 2, holder: 'b' })
      holds(only(await raw.webhookJournal(accountId)), { token: 2, attempts: 2 })
    },
  },
  {
    title: 'refuses a body that is too large or no text, and an unknown outcome',
    async run({ store, scene, raw }) {
      const { accountId } = scene()
      const journal = store().forOperator()
      await rejects(keep(journal, accountId, { body: 'x'.repeat(12 * 1024 * 1024 + 1) }), 'PAYLOAD_TOO_LARGE')
      await rejects(keep(journal, accountId, { body: 'a\0b' }), 'VALIDATION_FAILED')
      await rejects(keep(journal, '', {}), 'VALIDATION_FAILED')
      await rejects(keep(journal, accountId, { retainMs: 0 }), 'VALIDATION_FAILED')
      const settled = { accountId, id: 'x', token: 1, report: {} }
      await rejects(journal.settleWebhook({ ...settled, outcome: 'waiting' }), 'VALIDATION_FAILED')
      await rejects(journal.settleWebhook({ ...settled, outcome: 'failed', retryInMs: 1 }), 'VALIDATION_FAILED')
      assert.deepEqual(await raw.webhookJournal(accountId), [])
    },
  },
  {
    title: 'lists bodies by when they came, the newest first, page by page, by channel, outcome and time',
    async run({ store, scene, clock }) {
      const { accountId } = scene()
      const journal = store({ clock: clock.now }).forOperator()
      const kept: { readonly id: string; readonly receivedAt: Date }[] = []
      for (const index of upTo(6)) {
        const { id, token, receivedAt } = await keep(journal, accountId, { channel: index % 2 === 0 ? 'sms' : 'zalo' })
        kept.unshift({ id, receivedAt })
        if (index > 2) await journal.settleWebhook({ accountId, id, token, outcome: index === 6 ? 'failed' : 'ingested', report: {} })
        if (index !== 3) clock.advance(1_000)
      }
      const ids = async (more: object = {}) => {
        const found: string[] = []
        for await (const { id } of journal.listWebhooks({ accountId, limit: 2, ...more })) found.push(id)
        return found
      }
      const inOrder = [...kept]
        .sort((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime() || (a.id < b.id ? 1 : -1))
        .map(({ id }) => id)
      assert.deepEqual(await ids(), inOrder)
      const [last, fifth, fourth, third, second, first] = kept.map(({ id }) => id)
      assert.deepEqual(await ids({ outcome: 'failed' }), [last])
      assert.deepEqual(await ids({ outcome: 'waiting' }), [second, first])
      assert.deepEqual(await ids({ channel: 'zalo' }), [fifth, third, first])
      assert.deepEqual(await ids({ since: kept[1]?.receivedAt }), [last, fifth])
      assert.deepEqual(await ids({ outcome: 'ingested', channel: 'sms' }), [fourth])
      const { items } = await journal.listWebhooks({ accountId })
      assert.ok(items.every((item) => !('body' in item) && !('token' in item)))
    },
  },
]
