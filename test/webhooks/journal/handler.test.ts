import { describe, expect, test } from 'vitest'
import { interceptedAdapter } from '../../../src/contract/intercepted-adapter.js'
import { createConversationStore } from '../../../src/index.js'
import { memory } from '../../../src/memory/index.js'
import { createWebhookHandler, messenger } from '../../../src/webhooks/index.js'
import { appSecret, deferred, heardLogger, signedPost } from '../handler/signed-post.js'
import { away, journalHost, post, text } from './journal-host.js'

const secret = 'c4n4ry'

describe('a handler with a journal', () => {
  test('keeps a body with its report, answers as the channel wants, and tells the host', async () => {
    const { handle, kept, reports, texts, store } = await journalHost()
    const answered = await handle(post(text('m1')))
    expect([answered.status, await answered.text()]).toEqual([200, '{"status":"EVENT_RECEIVED"}'])
    expect(reports).toMatchObject([{ outcome: 'ingested', stored: 1 }])
    expect(await texts('acme', 'page')).toEqual(['text of m1'])
    const [entry] = await kept('acme')
    expect(entry).toMatchObject({
      channel: 'messenger',
      outcome: 'ingested',
      attempts: 1,
      inboxes: [{ oaId: 'page' }],
      report: { stored: 1 },
    })
    const found = await store.forOperator().findWebhook({ accountId: 'acme', id: entry?.id ?? '' })
    expect(JSON.parse(found?.body ?? '')).toEqual({ object: 'page', entry: [text('m1')] })
  })

  test('keeps a part for each account and one that is nobody’s, and none has what is another’s or a secret', async () => {
    const { handle, kept, store, texts } = await journalHost()
    const linking = { account_linking: { status: 'linked', authorization_code: secret } }
    await handle(post(text('m1', 'page', linking), text('m2', 'other page'), text('m3', 'unknown page')))
    expect(await texts('acme', 'page')).toEqual(['text of m1'])
    expect(await texts('umbrella', 'other page')).toEqual(['text of m2'])
    const bodies: Record<string, string> = {}
    for (const accountId of ['acme', 'umbrella', null]) {
      const [entry, ...others] = await kept(accountId)
      expect(others).toEqual([])
      bodies[String(accountId)] = (await store.forOperator().findWebhook({ accountId, id: entry?.id ?? '' }))?.body ?? ''
    }
    for (const [accountId, mid] of Object.entries({ acme: 'm1', umbrella: 'm2', null: 'm3' })) {
      expect(bodies[accountId]?.match(/text of m\d/g)).toEqual([`text of ${mid}`])
      expect(bodies[accountId]).not.toContain(secret)
    }
    expect(await kept(null)).toMatchObject([{ outcome: 'ignored', report: { unknownInboxes: ['unknown page'] } }])
  })

  test('answers in time, and goes on with the work', async () => {
    const { handle, faults, kept, texts, reports } = await journalHost({ budgetMs: 1 })
    const { promise, resolve } = deferred<undefined>()
    faults.waits = promise
    expect((await handle(post(text('m1')))).status).toBe(200)
    expect(await kept('acme')).toMatchObject([{ outcome: 'waiting' }])
    expect(reports).toEqual([])
    resolve(undefined)
    await expect.poll(() => kept('acme')).toMatchObject([{ outcome: 'ingested' }])
    expect(await texts('acme', 'page')).toEqual(['text of m1'])
    expect(reports).toHaveLength(1)
  })

  test('answers 200 for what is kept though the database fails, and what is left is done later, at the time of its arrival', async () => {
    const { handle, faults, clock, kept, work, acme, lines } = await journalHost()
    faults.failsWith = away
    const untimed = {
      ...text('m1'),
      messaging: [{ sender: { id: 'lan' }, recipient: { id: 'page' }, message: { mid: 'm1', text: 'Xin chào' } }],
      time: undefined,
    }
    expect((await handle(post(untimed))).status).toBe(200)
    expect(await kept('acme')).toMatchObject([{ outcome: 'waiting', attempts: 1, report: { error: 'UNAVAILABLE' } }])
    expect(lines.join('\n')).not.toContain('chào')
    expect(await work()).toMatchObject({ worked: 0, waiting: 0 })
    const arrivedAt = clock.now
    clock.now += 3_600_000
    expect(await work()).toMatchObject({ worked: 0, waiting: 1, failed: 0 })
    faults.failsWith = null
    clock.now += 3_600_000
    expect(await work()).toMatchObject({ worked: 1, waiting: 0 })
    const conversation = await acme.findByOaAndCustomer({ oaId: 'page', customerId: 'lan' })
    expect(conversation).toMatchObject({ lastMessageAt: new Date(arrivedAt), unreadCount: 1 })
    expect(await kept('acme')).toMatchObject([{ outcome: 'ingested', attempts: 3 }])
  })

  test('answers 503 when the body could not even be kept', async () => {
    const adapter = interceptedAdapter(memory(), async ({ name, send }) => {
      if (name === 'keepWebhook') throw away
      return send()
    })
    const store = createConversationStore({ adapter, retry: { attempts: 1 } })
    await store.migrate()
    const { logger } = heardLogger()
    const handle = createWebhookHandler({ store, channel: messenger, secrets: appSecret, journal: { retainDays: 1 }, logger })
    expect((await handle(post(text('m1')))).status).toBe(503)
  })

  test('works at once on what is not kept, and says so as without a journal', async () => {
    const { handle, kept, reports } = await journalHost()
    expect((await handle(signedPost('null'))).status).toBe(200)
    expect((await handle(signedPost('not JSON'))).status).toBe(200)
    expect(reports.map(({ outcome }) => outcome)).toEqual(['invalid', 'invalid'])
    expect([...(await kept('acme')), ...(await kept(null))]).toEqual([])
  })

  test.each([[{ retainDays: 0 }], [{ retainDays: 1.5 }], [{ retainDays: 3_654 }]])('is not made with %j', async (journal) => {
    const { store } = await journalHost()
    expect(() => createWebhookHandler({ store, channel: messenger, journal })).toThrow('journal.retainDays')
  })

  test('is not made in a transaction of the host’s, which has no journal', async () => {
    const { store } = await journalHost()
    const { forOperator: _, ...inTransaction } = store
    expect(() => createWebhookHandler({ store: inTransaction, channel: messenger, journal: { retainDays: 1 } })).toThrow('store')
  })
})
