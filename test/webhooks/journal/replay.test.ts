import { describe, expect, test } from 'vitest'
import { ConversationStoreError } from '../../../src/model/errors.js'
import { messenger, replayJournal } from '../../../src/webhooks/index.js'
import { journalHost, post, text } from './journal-host.js'

describe('a body that is read again', () => {
  test('changes nothing that was stored of it, and its report says so', async () => {
    const { handle, store, kept, logger, acme, clock } = await journalHost()
    await handle(post(text('m1')))
    await acme.markRead({ oaId: 'page', customerId: 'lan' })
    clock.now += 1_000
    const before = await acme.findByOaAndCustomer({ oaId: 'page', customerId: 'lan' })
    expect(await replayJournal(store, { accountId: 'acme', channels: [messenger], logger })).toEqual({
      worked: 1,
      waiting: 0,
      failed: 0,
      skipped: 0,
    })
    expect(await acme.findByOaAndCustomer({ oaId: 'page', customerId: 'lan' })).toEqual(before)
    expect(await kept('acme')).toMatchObject([{ outcome: 'ingested', attempts: 2, report: { stored: 0, duplicates: 1 } }])
  })

  test('that was nobody’s goes to whoever has connected the inbox since', async () => {
    const { handle, store, umbrella, texts, logger, kept } = await journalHost()
    await handle(post(text('m1', 'third page')))
    await umbrella.connectInbox({ oaId: 'third page', channel: 'messenger' })
    expect(await replayJournal(store, { accountId: null, outcome: 'ignored', channels: [messenger], logger })).toMatchObject({ worked: 1 })
    expect(await texts('umbrella', 'third page')).toEqual(['text of m1'])
    expect(await kept(null)).toMatchObject([{ outcome: 'ingested' }])
  })

  test('of an account stays that account’s, though another one has the inbox now', async () => {
    const { handle, store, acme, umbrella, texts, faults, logger } = await journalHost()
    faults.failsWith = new ConversationStoreError('UNSUPPORTED', { operation: 'events', needs: 'a replica set' })
    await handle(post(text('m1')))
    faults.failsWith = null
    await acme.disconnectInbox({ oaId: 'page' })
    await umbrella.connectInbox({ oaId: 'page', channel: 'messenger' })
    expect(await replayJournal(store, { accountId: 'acme', outcome: 'failed', channels: [messenger], logger })).toMatchObject({ worked: 1 })
    expect(await texts('acme', 'page')).toEqual(['text of m1'])
    expect(await texts('umbrella', 'page')).toEqual([])
  })

  test('is read by the normalizer that was mended, and what it now finds of another account is not written', async () => {
    const { handle, store, logger, kept, texts } = await journalHost()
    await handle(post(text('m1')))
    const mended = {
      ...messenger,
      normalize: (body: unknown) => {
        const read = messenger.normalize(body)
        return { ...read, items: read.items.flatMap((item) => [item, { ...item, oaId: 'other page' }]) }
      },
    }
    await replayJournal(store, { accountId: 'acme', channels: [mended], logger })
    expect(await texts('umbrella', 'other page')).toEqual([])
    expect(await kept('acme')).toMatchObject([{ outcome: 'partial', report: { unknownInboxes: ['other page'] } }])
  })

  test('is chosen by id, time, channel and outcome, and skipped while somebody works on it', async () => {
    const { handle, store, logger, kept, clock, faults } = await journalHost({ budgetMs: 1 })
    await handle(post(text('m1')))
    clock.now += 1_000
    const since = new Date(clock.now)
    await handle(post(text('m2')))
    faults.waits = new Promise(() => {})
    await handle(post(text('m3')))
    faults.waits = null
    const options = { accountId: 'acme', channels: [messenger], logger }
    expect(await replayJournal(store, { ...options, since })).toMatchObject({ worked: 1, skipped: 1 })
    expect(await replayJournal(store, { ...options, channel: 'sms' })).toMatchObject({ worked: 0, skipped: 0 })
    expect(await replayJournal(store, { ...options, outcome: 'ingested' })).toMatchObject({ worked: 2, skipped: 0 })
    expect(await replayJournal(store, { ...options, limit: 1, outcome: 'ingested' })).toMatchObject({ worked: 1 })
    const ids = (await kept('acme')).map(({ id }) => id)
    expect(await replayJournal(store, { ...options, ids: [...ids, 'unknown'] })).toMatchObject({ worked: 2, skipped: 2 })
  })
})
