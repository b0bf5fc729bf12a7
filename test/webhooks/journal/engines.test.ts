import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ContractBackend } from '../../../src/contract/index.js'
import { type ConversationStore, createConversationStore } from '../../../src/index.js'
import { keepBody } from '../../../src/webhooks/journal/keep-body.js'
import { workAll, workJournal } from '../../../src/webhooks/journal/work-journal.js'
import { readWebhook } from '../../../src/webhooks/read-webhook.js'
import { memoryBackend } from '../../contract/memory.js'
import { mongoBackend } from '../../contract/mongo-backend.js'
import { pgliteBackend } from '../../contract/pglite.js'
import { postgresBackend } from '../../contract/postgres-backend.js'
import { isServerAbsent, serverUrl } from '../../contract/server.js'
import { secret, withSecrets } from '../carried-secrets.js'
import { bodyOf, channels, namesOf, optionsOf } from '../collected-bodies.js'
import { heardLogger } from '../handler/signed-post.js'

const backends: Readonly<Record<string, { readonly isAbsent: boolean; open(): Promise<ContractBackend> }>> = {
  memory: { isAbsent: false, open: async () => memoryBackend() },
  PGlite: { isAbsent: false, open: () => pgliteBackend() },
  PostgreSQL: { isAbsent: isServerAbsent('postgres'), open: () => postgresBackend({ name: 'postgres', url: serverUrl('postgres') }) },
  MongoDB: {
    isAbsent: isServerAbsent('mongoReplicaSet'),
    open: () => mongoBackend({ name: 'mongo', url: serverUrl('mongoReplicaSet'), isReplicaSet: true }),
  },
}
const normalizers = Object.values(channels).map(({ normalizer }) => normalizer)
const { logger } = heardLogger()

describe.each(Object.entries(backends))('the journal on %s', (_, { isAbsent, open }) => {
  let backend: ContractBackend
  let store: ConversationStore
  beforeAll(async () => {
    if (isAbsent) return
    backend = await open()
    store = createConversationStore({ adapter: backend.createAdapter() })
  })
  afterAll(async () => backend?.close())

  test.skipIf(isAbsent)('holds none of the secrets that bodies carry, and all of every body that is needed to write it', async () => {
    let items = 0
    const account = store.forAccount('acme')
    const connected = new Set<string>()
    for (const [channel, { normalizer }] of Object.entries(channels)) {
      for (const name of namesOf(channel)) {
        const body = withSecrets(bodyOf(channel, name))
        const options = optionsOf(channel, name)
        const { items: read } = normalizer.normalize(body, options)
        items += read.length
        for (const { oaId, channel: itsChannel = normalizer.channel } of read) {
          const key = `${itsChannel} ${oaId}`
          if (!connected.has(key)) await account.connectInbox({ oaId, channel: itsChannel }).catch(() => undefined)
          connected.add(key)
        }
        const kept = await keepBody(store, normalizer, readWebhook(normalizer, body, options), { retainDays: 1 }, { ...options, logger })
        const counts = await workAll(store, kept ?? [], { channels: [normalizer], logger })
        expect(counts, name).toMatchObject({ waiting: 0, failed: 0 })
      }
    }
    expect(items).toBeGreaterThan(100)
    const rows = [...(await backend.raw.webhookJournal('acme')), ...(await backend.raw.webhookJournal(''))]
    expect(rows.length).toBeGreaterThan(150)
    expect(JSON.stringify(rows)).not.toContain(secret)
    const outcomes = new Set(rows.map(({ outcome }) => outcome))
    for (const outcome of ['ingested', 'partial', 'ignored', 'invalid']) expect(outcomes).toContain(outcome)
    expect(outcomes).not.toContain('failed')
  })

  test.skipIf(isAbsent)('is worked by one of several processes at a time, and what one left behind is done by the next', async () => {
    const accounts = ['left-1', 'left-2', 'left-3']
    for (const accountId of accounts) {
      await store.forAccount(accountId).upsertConversation({ oaId: `page of ${accountId}`, customerId: 'first' })
      const body = JSON.stringify({
        object: 'page',
        entry: [
          {
            id: accountId,
            messaging: [
              { sender: { id: 'lan' }, recipient: { id: accountId }, timestamp: 1_700_000_000_000, message: { mid: 'm1', text: 'x' } },
            ],
          },
        ],
      })
      const inboxes = [{ channel: 'messenger', oaId: accountId }]
      const kept = { accountId, channel: 'messenger', inboxes, body, retainMs: 60_000, holder: 'a process that died', claimMs: 1 }
      for (let times = 0; times < 5; times++) await store.forOperator().keepWebhook(kept)
    }
    const stores = Array.from({ length: 5 }, () => createConversationStore({ adapter: backend.createAdapter() }))
    let worked = 0
    await expect
      .poll(async () => {
        const done = await Promise.all(stores.map((each) => workJournal(each, { channels: normalizers, logger })))
        for (const each of done) worked += each.worked
        return worked
      })
      .toBe(15)
    for (const accountId of accounts) {
      const found = await store.forAccount(accountId).findByOaAndCustomer({ oaId: accountId, customerId: 'lan' })
      expect(found).toMatchObject({ unreadCount: 1, lastSeq: 1 })
      const reports = (await store.forOperator().listWebhooks({ accountId })).items.map(({ report, outcome }) => [outcome, report?.stored])
      expect(reports.filter(([outcome]) => outcome === 'ingested')).toHaveLength(5)
      expect(reports.reduce((sum, [, stored]) => sum + Number(stored), 0)).toBe(1)
    }
  })
})
