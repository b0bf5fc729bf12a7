import { beforeEach, describe, expect, test } from 'vitest'
import { type ConversationStore, createConversationStore } from '../../src/index.js'
import { memory } from '../../src/memory/index.js'
import { dialog360, type IngestOptions, ingestWebhook, type WebhookStore, whatsapp } from '../../src/webhooks/index.js'
import { bodyOf } from './collected-bodies.js'

const [one, two] = ['106540352242922', '106540352242923']
const message = { id: 'wamid.1', from: '84901', timestamp: '1768000000', type: 'text', text: { body: 'of the past' } }
const threads = [{ id: '84901', messages: [message] }]

const change = (oaId: string, ...chunks: readonly object[]) => ({
  field: 'history',
  value: { metadata: { phone_number_id: oaId, display_phone_number: '15550051310' }, history: chunks },
})
const body = (...changes: readonly object[]) => ({ object: 'whatsapp_business_account', entry: [{ id: 'waba', changes }] })
const chunk = (phase: number, chunk_order: number, progress: number) => ({ metadata: { phase, chunk_order, progress }, threads })
const declined = { errors: [{ code: 2593109, title: 'History sharing was turned off' }] }

let store: ConversationStore
let now: number
beforeEach(async () => {
  now = Date.UTC(2026, 0, 12)
  store = createConversationStore({ adapter: memory(), clock: () => new Date(now) })
  await store.migrate()
  await store.forAccount('acme').connectInbox({ oaId: one, channel: 'whatsapp' })
  await store.forAccount('other').connectInbox({ oaId: two, channel: 'whatsapp' })
})

const historyOf = async (accountId = 'acme') => (await store.forAccount(accountId).listInboxes()).items[0]?.history
const ingest = (given: object, options: IngestOptions = {}) => ingestWebhook(store, whatsapp, given, options)

describe('how far a history is', () => {
  test('is kept with its inbox, whatever order the bodies come in', async () => {
    await ingest(body(change(one, chunk(1, 3, 60))))
    await ingest(body(change(one, chunk(0, 8, 20)), change(two, chunk(0, 1, 5))))
    expect(await historyOf()).toEqual({ phase: 1, chunkOrder: 3, progress: 60, errorCode: null, updatedAt: expect.any(Date) })
    expect(await historyOf('other')).toMatchObject({ phase: 0, chunkOrder: 1, progress: 5 })
    const before = await historyOf()
    const report = await ingest(body(change(one, chunk(1, 3, 60))))
    expect(report.historyProgress).toEqual([{ oaId: one, phase: 1, chunkOrder: 3, progress: 60, displayPhone: '15550051310' }])
    expect(await historyOf()).toEqual(before)
  })

  test('is read from collected bodies, of a partner of 360dialog too', async () => {
    await ingest(bodyOf('whatsapp', 'history_chunk') as object)
    expect(await historyOf()).toMatchObject({ phase: 0, chunkOrder: 1, progress: 55 })
    expect(dialog360.normalize(bodyOf('dialog360', 'partner_history')).historyProgress).toMatchObject([{ phase: expect.any(Number) }])
  })

  test('has why the business shares nothing, until it shares', async () => {
    const report = await ingest(body(change(one, declined)))
    expect(report).toMatchObject({ outcome: 'ignored', historyProgress: [{ oaId: one, errorCode: '2593109', progress: null }] })
    expect(await historyOf()).toMatchObject({ errorCode: '2593109', progress: null })
    await ingest(body(change(one, chunk(0, 1, 10))))
    expect(await historyOf()).toMatchObject({ errorCode: null, progress: 10 })
  })

  test('is moved on by files that come later, and by places out of order, as long as its session is unfinished', async () => {
    const acme = store.forAccount('acme')
    const late = (kind: 'messages' | 'message_echoes', message: object) => ({
      field: 'history',
      value: { metadata: { phone_number_id: one, display_phone_number: '15550051310' }, [kind]: [message] },
    })
    const placeholder = (id: string, from: string) => ({ id, from, timestamp: '1768000000', type: 'media_placeholder' })
    const files = [placeholder('wamid.HMED-1', '84901'), placeholder('wamid.HMED-3', '15550051310')]
    const withFiles = (progress: number) => ({
      metadata: { phase: 0, chunk_order: 1, progress },
      threads: [{ id: '84901', messages: [message, ...files] }],
    })
    const photo = {
      id: 'wamid.HMED-1',
      from: '84901',
      timestamp: '1768000000',
      type: 'image',
      image: { id: '77', mime_type: 'image/jpeg' },
    }
    const paper = {
      id: 'wamid.HMED-3',
      from: '15550051310',
      to: '84901',
      timestamp: '1768000000',
      type: 'document',
      document: { id: '88' },
    }
    const session = async () => (await acme.listSyncSessions()).items[0]

    await ingest(body(change(one, withFiles(55))))
    expect(await session()).toMatchObject({ status: 'running', pages: 1, conversations: 1, created: 1, messages: 3, duplicates: 0 })
    for (const [step, given] of [late('messages', photo), late('message_echoes', paper), change(one, chunk(0, 0, 20))].entries()) {
      now += 60_000
      await ingest(body(given))
      expect(await session()).toMatchObject({ progress: 55, pages: 1, conversations: 2 + step, messages: 3, updatedAt: new Date(now) })
    }
    expect(await session()).toMatchObject({ duplicates: 1, elapsedMs: 180_000 })
    await ingest(body(change(one, chunk(0, 2, 100))))
    const completed = await session()
    expect(completed).toMatchObject({ status: 'completed', pages: 2, duplicates: 2 })
    now += 60_000
    await ingest(body(late('messages', photo)))
    expect((await acme.listSyncSessions()).items).toEqual([completed])
  })

  test('is written once for each inbox of a body, after its messages', async () => {
    const calls: string[] = []
    const listening: WebhookStore = {
      findInboxOwner: (inbox) => store.findInboxOwner(inbox),
      forAccount: (accountId) => {
        const account = store.forAccount(accountId)
        return {
          ...account,
          bulkUpsertConversationsWithEvents: (input) => {
            calls.push('messages')
            return account.bulkUpsertConversationsWithEvents(input)
          },
          recordHistoryProgress: (input) => {
            calls.push(`progress ${input.progress}`)
            return account.recordHistoryProgress(input)
          },
        }
      },
    }
    await ingestWebhook(listening, whatsapp, body(change(one, chunk(0, 2, 30), chunk(0, 1, 15), chunk(0, 3, 45))))
    expect(calls).toEqual(['messages', 'progress 45'])
  })

  test('is in the report alone where the host keeps its inboxes in a table of its own', async () => {
    const given = body(change('unconnected', chunk(0, 1, 10)))
    const report = await ingest(given, { ownerOf: () => 'acme' })
    expect(report).toMatchObject({ outcome: 'ingested', stored: 1, historyProgress: [{ progress: 10 }] })
    expect(await historyOf()).toBeNull()
    expect(await ingest(given)).toMatchObject({ outcome: 'ignored', unknownInboxes: ['unconnected'] })
  })

  test.each([[{ phase: -1, chunk_order: 1.5, progress: 101 }], [{ phase: '1', chunk_order: null, progress: 2 ** 40 }], [{}], ['none']])(
    'is not read from numbers that are none: %j',
    (metadata) => {
      expect(whatsapp.normalize(body(change(one, { metadata, threads })))).not.toHaveProperty('historyProgress')
    },
  )
})
