import { describe, expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { memory } from '../../src/memory/index.js'
import { ingestWebhook } from '../../src/webhooks/index.js'
import { bodyOf, channels, namesOf, optionsOf } from './collected-bodies.js'

describe.each(Object.entries(channels))('all collected bodies of %s', (channel, { normalizer }) => {
  const names = namesOf(channel)
  const normalized = names.map((name) => normalizer.normalize(bodyOf(channel, name), optionsOf(channel, name)))
  const inboxes = new Map(normalized.flatMap(({ items }) => items.map((item) => [item.oaId, item.channel ?? normalizer.channel])))

  test('leave, when they are posted twice, what they left the first time', async () => {
    const store = createConversationStore({ adapter: memory() })
    await store.migrate()
    const account = store.forAccount('acme')
    for (const [oaId, itsChannel] of inboxes) await account.connectInbox({ oaId, channel: itsChannel })
    const postAll = async () => {
      const reports = []
      for (const name of names) reports.push(await ingestWebhook(store, normalizer, bodyOf(channel, name), optionsOf(channel, name)))
      const { items } = await account.listConversations({ limit: 500 })
      const messages = await Promise.all(items.map(async ({ id }) => account.listMessages({ conversationId: id, limit: 500 })))
      const events = await Promise.all(items.map(async ({ id }) => account.listEvents({ conversationId: id, limit: 500 })))
      return { reports, state: { items, messages, events } }
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
  })
})
