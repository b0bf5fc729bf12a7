import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type ConversationStoreError, isConversationStoreError } from '../../src/model/errors.js'
import { limits } from '../../src/model/limits.js'
import type { StandardSchema } from '../../src/model/standard-schema.js'
import type { UpsertItem, UpsertResult } from '../../src/store/adapter.js'
import { type ConversationStore, createConversationStore } from '../../src/store/create-conversation-store.js'
import { conversation, recordingAdapter } from './recording-adapter.js'

const key = { oaId: 'page', customerId: 'customer' }
const codeOf = (work: PromiseLike<unknown>) =>
  work.then(
    () => 'accepted',
    (error: unknown) => (isConversationStoreError(error) ? error.code : error),
  )
const pathsOf = (error: unknown) => isConversationStoreError(error, 'VALIDATION_FAILED') && error.details.issues.map(({ path }) => path)

describe('a store', () => {
  it('sends nothing before it is called', () => {
    const adapter = recordingAdapter()
    createConversationStore({ adapter }).forAccount('acme').listConversations()
    expect(adapter.calls).toEqual([])
  })

  it('rejects every call once it is closed, malformed ones too', async () => {
    const adapter = recordingAdapter()
    const store = createConversationStore({ adapter })
    const account = store.forAccount('acme')
    await store.close()
    const calls = [
      account.upsertConversation(key),
      account.upsertConversation({} as never),
      account.bulkUpsertConversationsWithEvents({ conversations: [] }),
      account.closeConversation(key),
      account.findConversation({ conversationId: 'c' }),
      account.listConversations(),
      account.wakeDue(),
      store.forAccount('acme').countConversations(),
      store.using({}).forAccount('acme').countConversations(),
      store.findInboxOwner({ channel: 'messenger', oaId: 'page' }),
      store.migrate(),
      store.checkSchema(),
    ]
    for (const call of calls) expect(await codeOf(call)).toBe('STORE_CLOSED')
    expect(adapter.calls).toEqual([])
  })

  it('does not read on in a list once it is closed', async () => {
    const adapter = recordingAdapter({ listInboxes: () => ({ items: [{ oaId: 'a' }], hasMore: true }) })
    const store = createConversationStore({ adapter })
    const list = store.forAccount('acme').listInboxes()
    await list
    await store.close()
    expect(await codeOf(list)).toBe('STORE_CLOSED')
    expect(adapter.calls).toHaveLength(1)
  })

  it('begins no write once it is closed, although its metadata was still being checked', async () => {
    const adapter = recordingAdapter()
    const validate = async (value: unknown) => {
      await store.close()
      return { value }
    }
    const store: ConversationStore<unknown> = createConversationStore({
      adapter,
      metadata: { '~standard': { version: 1, vendor: 'test', validate } },
    })
    expect(await codeOf(store.forAccount('acme').upsertConversation({ ...key, metadata: {} }))).toBe('STORE_CLOSED')
    expect(adapter.calls).toEqual([])
  })

  it('closes its adapter once, however often and in whatever way it is closed', async () => {
    const adapter = recordingAdapter()
    {
      await using store = createConversationStore({ adapter })
      await Promise.all([store.close(), store.close()])
    }
    expect(adapter.closings).toBe(1)
  })

  it.each<[string, object, string]>([
    ['no adapter', {}, 'adapter'],
    ['an adapter that is none', { adapter: {} }, 'adapter'],
    ['a misspelt option', { adapter: recordingAdapter(), onclosed: 'new' }, 'onclosed'],
    ['a policy that is none', { adapter: recordingAdapter(), onClosed: 'never' }, 'onClosed'],
    ['a clock that stands', { adapter: recordingAdapter(), clock: new Date() }, 'clock'],
    ['a schema that is none', { adapter: recordingAdapter(), metadata: {} }, 'metadata'],
    ['no attempt', { adapter: recordingAdapter(), retry: { attempts: 0 } }, 'attempts'],
    ['a misspelt retry option', { adapter: recordingAdapter(), retry: { attempt: 3 } }, 'retry.attempt'],
  ])('is not made with %s', (_what, options, path) => {
    let error: unknown
    try {
      createConversationStore(options as never)
    } catch (thrown) {
      error = thrown
    }
    expect(pathsOf(error)).toEqual([path])
  })

  it('asks for the owner of an inbox without an account', async () => {
    const owner = { accountId: 'acme', inboxId: 'i', channel: 'messenger', oaId: 'page' }
    const adapter = recordingAdapter({ findInboxOwner: () => owner })
    expect(await createConversationStore({ adapter }).findInboxOwner({ channel: 'messenger', oaId: 'page' })).toEqual(owner)
    expect(adapter.calls[0]?.input).toEqual({ channel: 'messenger', oaId: 'page', signal: null })
  })
})

describe('a list', () => {
  const inboxes = ['a', 'b', 'c', 'd', 'e'].map((oaId) => ({ oaId }))
  const adapterOfInboxes = () =>
    recordingAdapter({
      listInboxes: ({ after, limit }) => {
        const rest = inboxes.filter(({ oaId }) => after === null || oaId > String(after[0]))
        return { items: rest.slice(0, limit), hasMore: rest.length > limit }
      },
    })

  it('gives a page when it is awaited, and everything when it is iterated', async () => {
    const account = createConversationStore({ adapter: adapterOfInboxes() }).forAccount('acme')
    const page = await account.listInboxes({ limit: 2 })
    expect(page.items).toEqual(inboxes.slice(0, 2))
    const rest = []
    for await (const inbox of account.listInboxes({ limit: 2, cursor: page.nextCursor ?? '' })) rest.push(inbox)
    expect(rest).toEqual(inboxes.slice(2))
  })

  it('has 50 items a page unless another number is asked for', async () => {
    const adapter = recordingAdapter()
    await createConversationStore({ adapter }).forAccount('acme').listConversations()
    expect(adapter.calls[0]?.input).toMatchObject({ limit: 50, after: null, statuses: null, unread: null })
  })

  it('reads its input at the call, and refuses it where it is read', async () => {
    const adapter = recordingAdapter()
    const account = createConversationStore({ adapter }).forAccount('acme')
    const input = { oaId: 'page' }
    const list = account.findByOa(input)
    input.oaId = 'changed since'
    await list
    expect(adapter.calls[0]?.input.oaId).toBe('page')
    const refused = account.findByOa({ oaId: '' })
    await expect(refused).rejects.toThrow('VALIDATION_FAILED')
    await expect(async () => {
      for await (const _ of refused) expect.unreachable()
    }).rejects.toThrow('VALIDATION_FAILED')
  })

  it("takes both its cursors and afterEventSeq, whichever is further, for a conversation's events", async () => {
    const adapter = recordingAdapter({ listEvents: () => ({ items: [{ eventSeq: 7 }], hasMore: true }) })
    const account = createConversationStore({ adapter }).forAccount('acme')
    const conversationId = 'conversation'
    const { nextCursor } = await account.listEvents({ conversationId })
    const cursor = nextCursor ?? ''
    await account.listEvents({ conversationId, cursor, afterEventSeq: 3 })
    await account.listEvents({ conversationId, cursor, afterEventSeq: 9 })
    await account.listEvents({ conversationId, afterEventSeq: 9 })
    expect(adapter.calls.map(({ input }) => input.after)).toEqual([null, [7], [9], [9]])
  })

  it('refuses cursors that it did not give', async () => {
    const adapter = recordingAdapter({
      listMessages: () => ({ items: [{ seq: 1 }], hasMore: true }),
      listConversations: () => ({ items: [conversation], hasMore: true }),
    })
    const account = createConversationStore({ adapter }).forAccount('acme')
    const conversationId = 'conversation'
    const messages = (await account.listMessages({ conversationId })).nextCursor ?? ''
    const conversations = (await account.listConversations()).nextCursor ?? ''
    const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const sent = adapter.calls.length
    for (const cursor of [
      '',
      'x',
      `${messages}=`,
      messages.slice(1),
      conversations,
      forged({}),
      forged(['inboxes', [1]]),
      'A'.repeat(10_000),
    ]) {
      expect(await codeOf(account.listMessages({ conversationId, cursor }))).toBe('VALIDATION_FAILED')
      expect(await codeOf(account.listInboxes({ cursor }))).toBe('VALIDATION_FAILED')
    }
    for (const keys of [[1], ['1', 'id'], [1, 'id', 2], [1.5, 'id'], [1, { $ne: null }], [1, 'a\0b'], [null, 'id']]) {
      expect(await codeOf(account.listConversations({ cursor: forged(['conversations', keys]) }))).toBe('VALIDATION_FAILED')
    }
    expect(await codeOf(account.listMessages({ conversationId, order: 'newest', cursor: messages }))).toBe('VALIDATION_FAILED')
    expect(await codeOf(account.listMessages({ conversationId: 'another', cursor: messages }))).toBe('VALIDATION_FAILED')
    expect(adapter.calls).toHaveLength(sent)
    expect(await codeOf(account.listMessages({ conversationId, cursor: messages }))).toBe('accepted')
  })
})

describe('a bulk call', () => {
  const items = (count: number, extra: (index: number) => object = () => ({})) =>
    Array.from({ length: count }, (_, index) => ({ oaId: 'page', customerId: `c${index}`, ...extra(index) }))
  const events = (count: number) => Array.from({ length: count }, (_, index) => ({ type: 'message' as const, messageId: `m${index}` }))
  const bulk = (adapter = recordingAdapter()) => {
    const account = createConversationStore({ adapter }).forAccount('acme')
    return { adapter, send: account.bulkUpsertConversationsWithEvents }
  }

  it('with nothing in it sends nothing', async () => {
    const { adapter, send } = bulk()
    expect(await send({ conversations: [] })).toEqual([])
    expect(adapter.calls).toEqual([])
  })

  it.each<[string, object, string]>([
    ['1,000 conversations', { conversations: items(1000) }, 'accepted'],
    ['1,001 conversations', { conversations: items(1001) }, 'PAYLOAD_TOO_LARGE'],
    ['5,000 events', { conversations: items(2, () => ({ events: events(2500) })) }, 'accepted'],
    ['5,001 events', { conversations: items(3, () => ({ events: events(1667) })) }, 'PAYLOAD_TOO_LARGE'],
    [
      'more than 16 MiB',
      { conversations: items(17, () => ({ events: [{ type: 'message', messageId: 'm', text: 'a'.repeat(limits.textBytes) }] })) },
      'PAYLOAD_TOO_LARGE',
    ],
  ])('has limits, also when items are isolated: %s', async (_what, input, expected) => {
    for (const atomic of [true, false]) {
      const { adapter, send } = bulk()
      expect(await codeOf(send({ ...input, atomic } as never))).toBe(expected)
      expect(adapter.calls).toHaveLength(expected === 'accepted' ? 1 : 0)
    }
  })

  it('fails as a whole for one bad item, and sends nothing', async () => {
    const { adapter, send } = bulk()
    const conversations = items(3, (index) => (index === 1 ? { oaId: { $ne: null } } : {}))
    const error = await send({ conversations } as never).catch((thrown: unknown) => thrown)
    expect(pathsOf(error)).toEqual(['conversations[1].oaId'])
    expect(adapter.calls).toEqual([])
  })

  it('isolates bad items without atomic, whether the core or the database finds them', async () => {
    const adapter = recordingAdapter({
      upsertConversations: ({ items: sent }) =>
        sent.map(
          ({ customerId }: UpsertItem): UpsertResult =>
            customerId === 'c2'
              ? { ok: false, failure: { code: 'VERSION_CONFLICT', details: { expected: 'absent', actual: 3 } } }
              : { ok: true, outcome: 'updated', conversation, events: [] },
        ),
    })
    const { send } = bulk(adapter)
    const conversations = items(5, (index) => ({ 0: { customerId: '' }, 3: { nickname: 'a'.repeat(5000) } })[index] ?? {})
    const results = await send({ conversations, atomic: false })
    expect(results.map((result) => (result.ok ? result.outcome : isConversationStoreError(result.error) && result.error.code))).toEqual([
      'VALIDATION_FAILED',
      'updated',
      'VERSION_CONFLICT',
      'PAYLOAD_TOO_LARGE',
      'updated',
    ])
    expect(adapter.calls[0]?.input.items.map(({ customerId }: UpsertItem) => customerId)).toEqual(['c1', 'c2', 'c4'])
    expect(adapter.calls[0]?.input.atomic).toBe(false)
  })

  it('sends nothing when no item is left', async () => {
    const { adapter, send } = bulk()
    const results = await send({ conversations: items(2, () => ({ oaId: '' })), atomic: false })
    expect(results.map(({ ok }) => ok)).toEqual([false, false])
    expect(adapter.calls).toEqual([])
  })

  it.each<[string, unknown, string]>([
    ['conversations that are no list', { conversations: { 0: key, length: 1 } }, 'conversations'],
    ['no conversations', {}, 'conversations'],
    ['a Proxy of a list', { conversations: new Proxy([key], {}) }, 'conversations'],
    ['a revoked Proxy', { conversations: revokedList() }, 'conversations'],
    ['an atomic that is none', { conversations: [], atomic: 'yes' }, 'atomic'],
    ['an atomic that is null', { conversations: [], atomic: null }, 'atomic'],
    ['an unknown field', { conversations: [], accountId: 'globex' }, 'accountId'],
    ['a getter', Object.defineProperty({}, 'conversations', { get: () => [], enumerable: true }), 'conversations'],
  ])('is refused with %s', async (_what, input, path) => {
    const { send } = bulk()
    expect(pathsOf(await send(input as never).catch((thrown: unknown) => thrown))).toEqual([path])
  })
})

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
    for (const { input } of adapter.calls) {
      expect((input.items?.[0] ?? input).patch.metadata).toEqual({ plan: 'free', since: 2020 })
    }
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

function revokedList(): unknown {
  const { proxy, revoke } = Proxy.revocable([], {})
  revoke()
  return proxy
}
