import { describe, expect, it } from 'vitest'
import { isConversationStoreError } from '../../src/model/errors.js'
import { limits } from '../../src/model/limits.js'
import type { UpsertItem, UpsertResult } from '../../src/store/adapter.js'
import { createConversationStore } from '../../src/store/create-conversation-store.js'
import { codeOf, key, pathsOf } from './outcomes.js'
import { conversation, recordingAdapter } from './recording-adapter.js'

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
              : { ok: true, outcome: 'updated', conversation, events: [], conflicts: [] },
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
    expect(adapter.sent('upsertConversations')[0]?.items.map(({ customerId }) => customerId)).toEqual(['c1', 'c2', 'c4'])
    expect(adapter.sent('upsertConversations')[0]?.atomic).toBe(false)
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

function revokedList(): unknown {
  const { proxy, revoke } = Proxy.revocable([], {})
  revoke()
  return proxy
}
