import { describe, expect, it } from 'vitest'
import { type ConversationStore, createConversationStore } from '../../src/store/create-conversation-store.js'
import { codeOf, key, pathsOf } from './outcomes.js'
import { recordingAdapter } from './recording-adapter.js'

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
    expect(adapter.calls[0]?.input).toEqual({ channel: 'messenger', oaId: 'page', signal: null, deadline: expect.any(Number) })
  })
})
