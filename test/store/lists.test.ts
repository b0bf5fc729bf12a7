import { describe, expect, it } from 'vitest'
import { createConversationStore } from '../../src/store/create-conversation-store.js'
import { codeOf } from './outcomes.js'
import { conversation, recordingAdapter } from './recording-adapter.js'

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
    expect(adapter.sent('listConversations')[0]?.oaId).toBe('page')
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
    expect(adapter.sent('listEvents').map(({ after }) => after)).toEqual([null, [7], [9], [9]])
  })

  it('refuses cursors that it did not give', async () => {
    const adapter = recordingAdapter({
      listMessages: () => ({ items: [{ seq: 1, occurredAt: new Date(0), createdAt: new Date(0) }], hasMore: true }),
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
    // A cursor of another list may be from before a merge, so that is looked up.
    const asked = adapter.calls.slice(sent).filter(({ verb }) => verb !== 'findRedirect')
    expect(asked).toEqual([])
    expect(await codeOf(account.listMessages({ conversationId, cursor: messages }))).toBe('accepted')
  })
})
