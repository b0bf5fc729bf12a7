import { describe, expect, test, vi } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { memory } from '../../src/memory/index.js'
import { ingestWebhook, type WebhookLogger } from '../../src/webhooks/index.js'
import { secret, withSecrets } from './carried-secrets.js'
import { bodyOf, channels, namesOf, optionsOf } from './collected-bodies.js'

describe.each(Object.entries(channels))('a secret in a body of %s', (channel, { normalizer }) => {
  test('is neither stored, nor reported, nor logged, nor put into an error', async () => {
    const printed = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error'), vi.spyOn(console, 'log')].map((spy) => spy.mockReturnValue())
    const logged: unknown[] = []
    const log = (...told: readonly unknown[]) => void logged.push(told)
    const logger: WebhookLogger = { debug: log, info: log, warn: log, error: log }
    const store = createConversationStore({ adapter: memory() })
    await store.migrate()
    const account = store.forAccount('acme')
    const connected = new Set<string>()
    let items = 0
    for (const name of namesOf(channel)) {
      const body = withSecrets(bodyOf(channel, name))
      const options = optionsOf(channel, name)
      const normalized = normalizer.normalize(body, options)
      items += normalized.items.length
      for (const { oaId, channel: itsChannel = normalizer.channel } of normalized.items) {
        if (!connected.has(oaId)) await account.connectInbox({ oaId, channel: itsChannel })
        connected.add(oaId)
      }
      const report = await ingestWebhook(store, normalizer, body, { ...options, logger })
      await ingestWebhook(store, normalizer, body, options)
      expect(JSON.stringify([normalized, report]), name).not.toContain(secret)
    }
    const stored: unknown[] = []
    for await (const conversation of account.listConversations({ limit: 500 })) {
      stored.push(conversation)
      for await (const message of account.listMessages({ conversationId: conversation.id, limit: 500 })) stored.push(message)
      for await (const event of account.listEvents({ conversationId: conversation.id, limit: 500 })) stored.push(event)
    }
    expect(items).toBeGreaterThan(0)
    expect(stored.length).toBeGreaterThan(0)
    expect(JSON.stringify([stored, logged, printed.map((spy) => spy.mock.calls)])).not.toContain(secret)
    vi.restoreAllMocks()
  })
})
