import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { ConversationStoreError } from '../../src/model/errors.js'
import type { StandardSchema } from '../../src/model/standard-schema.js'
import { createConversationStore } from '../../src/store/create-conversation-store.js'
import { codeOf, key, pathsOf } from './outcomes.js'
import { recordingAdapter } from './recording-adapter.js'

describe("the host's metadata schema", () => {
  const schema = z.object({ plan: z.enum(['free', 'paid']), since: z.coerce.number().default(2024) })

  it('checks metadata on every write, and what it returns is stored', async () => {
    const adapter = recordingAdapter()
    const account = createConversationStore({ adapter, metadata: schema }).forAccount('acme')
    const metadata = { plan: 'free', since: '2020' } as never
    await account.upsertConversation({ ...key, metadata })
    await account.upsertConversationWithEvents({ ...key, metadata, events: [] })
    await account.bulkUpsertConversationsWithEvents({ conversations: [{ ...key, metadata }] })
    await account.updateConversation({ ...key, metadata })
    const patches = [...adapter.sent('upsertConversations').flatMap(({ items }) => items), ...adapter.sent('updateConversation')]
    for (const { patch } of patches) expect(patch.metadata).toEqual({ plan: 'free', since: 2020 })
    expect(adapter.calls).toHaveLength(4)
  })

  it('is not asked about null, nor about what is left out', async () => {
    const refusing: StandardSchema = { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues: [{ message: 'no' }] }) } }
    const adapter = recordingAdapter()
    const account = createConversationStore({ adapter, metadata: refusing }).forAccount('acme')
    await account.upsertConversation({ ...key, metadata: null })
    await account.upsertConversation(key)
    expect(adapter.calls).toHaveLength(2)
  })

  it('names the paths that it refuses, and neither its words nor the value', async () => {
    const account = createConversationStore({ adapter: recordingAdapter(), metadata: schema }).forAccount('acme')
    const error = await account.upsertConversation({ ...key, metadata: { plan: 'hunter2' } as never }).catch((thrown: unknown) => thrown)
    expect(pathsOf(error)).toEqual(['metadata.plan'])
    expect(JSON.stringify(error)).not.toContain('hunter2')
  })

  it('isolates the item that it refuses', async () => {
    const adapter = recordingAdapter()
    const account = createConversationStore({ adapter, metadata: schema }).forAccount('acme')
    const conversations = [{ ...key, metadata: { plan: 'none' } as never }, key]
    const [refused, stored] = await account.bulkUpsertConversationsWithEvents({ conversations, atomic: false })
    expect(refused?.ok === false && pathsOf(refused.error satisfies ConversationStoreError)).toEqual(['conversations[0].metadata.plan'])
    expect(stored?.ok).toBe(true)
  })

  it.each<[string, unknown]>([
    ['a date', { at: new Date() }],
    ['a text', 'free'],
    ['nothing', undefined],
  ])('may run later, and may return JSON only: not %s', async (_what, value) => {
    const metadata: StandardSchema = { '~standard': { version: 1, vendor: 'test', validate: async () => ({ value }) } }
    const account = createConversationStore({ adapter: recordingAdapter(), metadata }).forAccount('acme')
    expect(await codeOf(account.upsertConversation({ ...key, metadata: {} }))).toBe('VALIDATION_FAILED')
  })
})
