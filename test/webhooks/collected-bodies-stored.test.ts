import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ContractBackend } from '../../src/contract/index.js'
import { createConversationStore } from '../../src/index.js'
import { ingestWebhook } from '../../src/webhooks/index.js'
import { fourBackends } from './backends.js'
import { bodyOf, channels, namesOf, optionsOf } from './collected-bodies.js'
import { heardLogger } from './handler/signed-post.js'

describe.each(fourBackends)('on $name all collected bodies', ({ isAbsent, open }) => {
  let backend: ContractBackend
  beforeAll(async () => {
    if (!isAbsent) backend = await open()
  })
  afterAll(async () => backend?.close())

  test.skipIf(isAbsent).each(Object.entries(channels))(
    'of %s leave, when they are posted twice, what they left the first time',
    async (channel, { normalizer }) => {
      const names = namesOf(channel)
      const normalized = names.map((name) => normalizer.normalize(bodyOf(channel, name), optionsOf(channel, name)))
      const inboxes = new Map(normalized.flatMap(({ items }) => items.map((item) => [item.oaId, item.channel ?? normalizer.channel])))
      const store = createConversationStore({ adapter: backend.createAdapter() })
      const account = store.forAccount(`account of ${channel}`)
      for (const [oaId, itsChannel] of inboxes) await account.connectInbox({ oaId, channel: itsChannel })
      const { logger } = heardLogger()
      const postAll = async () => {
        const reports = []
        for (const name of names)
          reports.push(await ingestWebhook(store, normalizer, bodyOf(channel, name), { ...optionsOf(channel, name), logger }))
        const { items } = await account.listConversations({ limit: 500 })
        const messages = await Promise.all(items.map(async ({ id }) => account.listMessages({ conversationId: id, limit: 500 })))
        const events = await Promise.all(items.map(async ({ id }) => account.listEvents({ conversationId: id, limit: 500 })))
        return { reports, state: { items, messages, events, inboxes: await account.listInboxes() } }
      }

      const first = await postAll()
      first.reports.forEach(({ outcome, unknownInboxes }, index) => {
        const of = normalized[index]
        // A receipt that names no customer finds no reply here.
        if (of?.items.some(({ customerId }) => customerId === null)) return
        expect(outcome, names[index]).toBe(of?.outcome === 'events' ? 'ingested' : of?.outcome)
        expect(unknownInboxes).toEqual([])
      })
      expect(first.state.items.length).toBeGreaterThan(0)

      const second = await postAll()
      expect(second.state).toEqual(first.state)
      for (const report of second.reports) expect(report).toMatchObject({ stored: 0, live: 0, waiting: 0 })
      // The next channel may have an inbox of the same identity.
      for (const oaId of inboxes.keys()) await account.disconnectInbox({ oaId })
    },
  )
})
