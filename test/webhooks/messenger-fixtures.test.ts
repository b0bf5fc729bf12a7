import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { memory } from '../../src/memory/index.js'
import { ingestWebhook, messenger } from '../../src/webhooks/index.js'
import { inPayloadWords } from './in-payload-words.js'

interface Expected {
  readonly trap: string
  readonly outcome: 'events' | 'partial' | 'ignored' | 'invalid'
  readonly events?: readonly Record<string, unknown>[]
  readonly reason?: string
}

const folder = fileURLToPath(new URL('fixtures/', import.meta.url))
const expected: Record<string, Expected> = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8'))
const names = readdirSync(`${folder}messenger`).map((file) => file.slice(0, -'.json'.length))

describe('each collected Messenger body', () => {
  test('has an expectation, and each expectation a body', () => {
    expect(names.toSorted()).toEqual(Object.keys(expected).toSorted())
    expect(names.length).toBeGreaterThanOrEqual(44)
  })

  test.each(Object.entries(expected))('%s is read as expected', (name, { outcome, events = [] }) => {
    const normalized = messenger.normalize(JSON.parse(readFileSync(`${folder}messenger/${name}.json`, 'utf8')))
    expect(normalized.outcome).toBe(outcome)
    expect(normalized.items.map(inPayloadWords)).toEqual(events)
    expect(normalized.reason === null).toBe(outcome === 'events')
    expect(normalized.rejected.length > 0).toBe(outcome === 'partial' || outcome === 'invalid')
    if (outcome === 'ignored') expect(normalized.ignored[0]).toEqual({ path: expect.any(String), reason: normalized.reason })
  })
})

test('all collected bodies, posted twice, leave what they left the first time', async () => {
  const store = createConversationStore({ adapter: memory() })
  await store.migrate()
  const account = store.forAccount('acme')
  for (const oaId of ['104502211834771', '189538289069256', '12345654332']) await account.connectInbox({ oaId, channel: 'messenger' })
  const postAll = async () => {
    const reports = []
    for (const name of names) reports.push(await ingestWebhook(store, 'messenger', readFileSync(`${folder}messenger/${name}.json`)))
    const { items } = await account.listConversations({ limit: 500 })
    const messages = await Promise.all(items.map(async ({ id }) => account.listMessages({ conversationId: id })))
    const events = await Promise.all(items.map(async ({ id }) => account.listEvents({ conversationId: id })))
    return { reports, state: { items, messages, events } }
  }

  const first = await postAll()
  expect(first.reports.map(({ outcome }) => outcome)).toEqual(
    names.map((name) => (expected[name]?.outcome === 'events' ? 'ingested' : expected[name]?.outcome)),
  )
  expect(first.state.items.length).toBeGreaterThan(3)

  const second = await postAll()
  expect(second.state).toEqual(first.state)
  for (const report of second.reports) expect(report).toMatchObject({ stored: 0, applied: 0, waiting: 0 })
})
