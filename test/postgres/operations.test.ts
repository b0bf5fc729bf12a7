import { describe, expect, test } from 'vitest'
import { isConversationStoreError } from '../../src/model/errors.js'
import { engines } from './engines.js'
import { seedConversation, stamp } from './seed.js'

describe.each(engines)('%s', (_, open) => {
  test('a patch adds one to the version, remembers its operation and names the contact', async () => {
    const scratch = await open()
    const { operations } = scratch.adapter
    const { id, contactId } = await seedConversation(scratch, { customerId: 'lan' })
    const write = { ...stamp(), target: { conversationId: id }, expectedVersion: 0 }
    const patch = { nickname: "O'Hara $1 \\", customerName: 'Lan', metadata: { vip: true, n: 1.5 } }
    const change = await operations.updateConversation({ ...write, patch })
    expect(change).toMatchObject({ outcome: 'updated', conversation: { version: 1, ...patch } })
    expect(await operations.updateConversation({ ...write, firstSentAt: performance.now() - 10, patch })).toEqual(change)
    expect(
      await operations.updateConversation({ ...stamp(), target: { oaId: 'page', customerId: 'lan' }, expectedVersion: null, patch }),
    ).toEqual({
      outcome: 'unchanged',
      conversation: change.conversation,
    })
    await expect(operations.updateConversation({ ...write, ...stamp(), patch: { nickname: 'x' } })).rejects.toMatchObject({
      code: 'VERSION_CONFLICT',
      details: { expected: 0, actual: 1 },
    })
    expect(await operations.findContact({ accountId: 'acme', signal: null, contactId })).toMatchObject({
      name: 'Lan',
      nameSource: 'channel',
    })
    await expect(operations.updateConversation({ ...write, ...stamp('other'), patch })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('a channel name reaches the contact also where the conversation has it already', async () => {
    const scratch = await open()
    const { operations } = scratch.adapter
    const { id } = await seedConversation(scratch, { customerId: 'lan' })
    const update = () =>
      operations.updateConversation({ ...stamp(), target: { conversationId: id }, expectedVersion: null, patch: { customerName: 'Lan' } })
    const find = { accountId: 'acme', signal: null, oaId: 'page', customerId: 'lan' }
    await update()
    await operations.updateContact({ ...stamp(), oaId: 'page', customerId: 'lan', patch: { name: null } })
    expect(await update()).toMatchObject({ outcome: 'unchanged' })
    expect(await operations.findContact(find)).toMatchObject({ name: 'Lan', nameSource: 'channel' })
    await operations.updateContact({ ...stamp(), oaId: 'page', customerId: 'lan', patch: { name: 'Ms Lan', metadata: { a: [1] } } })
    await operations.updateConversation({
      ...stamp(),
      target: { conversationId: id },
      expectedVersion: null,
      patch: { customerName: 'L.' },
    })
    expect(await operations.findContact(find)).toMatchObject({ name: 'Ms Lan', nameSource: 'person', metadata: { a: [1] } })
  })

  test('an operation is remembered among the last 16, and one that may be forgotten is not guessed', async () => {
    const scratch = await open()
    const { operations } = scratch.adapter
    const { id } = await seedConversation(scratch, { customerId: 'lan' })
    const first = { ...stamp(), target: { conversationId: id }, expectedVersion: null, patch: { nickname: 'first' } }
    await operations.updateConversation(first)
    for (let n = 0; n < 16; n += 1)
      await operations.updateConversation({
        ...stamp(),
        target: { conversationId: id },
        expectedVersion: null,
        patch: { nickname: `n${n}` },
      })
    await expect(operations.updateConversation({ ...first, firstSentAt: performance.now() - 60_000 })).rejects.toMatchObject({
      code: 'COMMIT_OUTCOME_UNKNOWN',
    })
    expect(await operations.updateConversation({ ...first, firstSentAt: performance.now() + 60_000 })).toMatchObject({
      outcome: 'updated',
      conversation: { version: 18 },
    })
    const [row] = await scratch.query(`select (array_length(operations, 1) / 2)::int as marks from "${scratch.schema}".conversations`)
    expect(row?.marks).toBe(16)
  })

  test('closing, snoozing and reopening go through their transitions', async () => {
    const scratch = await open()
    const { operations } = scratch.adapter
    const { id } = await seedConversation(scratch, { customerId: 'lan' })
    const target = { conversationId: id }
    const write = () => ({ ...stamp(), target, expectedVersion: null })
    const until = new Date('2030-01-01T00:00:00.001Z')
    expect(await operations.snoozeConversation({ ...write(), until })).toMatchObject({
      outcome: 'updated',
      conversation: { status: 'snoozed', snoozedUntil: until },
    })
    expect(await operations.snoozeConversation({ ...write(), until })).toMatchObject({ outcome: 'unchanged', conversation: { version: 1 } })
    expect(await operations.reopenConversation(write())).toMatchObject({
      outcome: 'reopened',
      conversation: { status: 'open', snoozedUntil: null },
    })
    const now = new Date('2027-05-05T05:05:05.005Z')
    const closing = { ...stamp(), now, target: { oaId: 'page', customerId: 'lan' }, expectedVersion: 2 }
    const closed = await operations.closeConversation(closing)
    expect(closed).toMatchObject({
      outcome: 'updated',
      conversation: { status: 'closed', closedAt: now, statusChangedAt: now, updatedAt: now, version: 3 },
    })
    expect(await operations.closeConversation({ ...closing, firstSentAt: performance.now() - 5 })).toEqual(closed)
    await expect(operations.closeConversation({ ...write() })).rejects.toMatchObject({
      code: 'INVALID_TRANSITION',
      details: { from: 'closed', to: 'closed' },
    })
    await expect(operations.closeConversation({ ...closing, ...stamp() })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(operations.snoozeConversation({ ...write(), until })).rejects.toMatchObject({ code: 'INVALID_TRANSITION' })
    expect(await operations.reopenConversation({ ...closing, ...stamp(), expectedVersion: null })).toMatchObject({
      outcome: 'reopened',
      conversation: { closedAt: null, version: 4 },
    })
    await expect(operations.reopenConversation(write())).rejects.toMatchObject({
      code: 'INVALID_TRANSITION',
      details: { from: 'open', to: 'open' },
    })
  })

  test('a closed conversation is not reopened beside an active one, nor with a username that is taken', async () => {
    const scratch = await open()
    const { operations } = scratch.adapter
    const old = await seedConversation(scratch, { customerId: 'lan', status: 'closed', usernameKey: 'lan' })
    const active = await seedConversation(scratch, { customerId: 'lan', createdAt: new Date('2026-02-01') })
    await expect(
      operations.reopenConversation({ ...stamp(), target: { conversationId: old.id }, expectedVersion: null }),
    ).rejects.toMatchObject({
      code: 'ACTIVE_CONVERSATION_EXISTS',
      details: { conversationId: active.id },
    })
    await operations.closeConversation({ ...stamp(), target: { conversationId: active.id }, expectedVersion: null })
    const taker = await seedConversation(scratch, { customerId: 'lan2', usernameKey: 'lan' })
    await expect(
      operations.reopenConversation({ ...stamp(), target: { conversationId: old.id }, expectedVersion: null }),
    ).rejects.toMatchObject({
      code: 'USERNAME_TAKEN',
      details: { conversationId: taker.id },
    })
  })

  test('reading moves the horizon forward only, counts exactly and writes no row that is read already', async () => {
    const scratch = await open()
    const { operations } = scratch.adapter
    const { id } = await seedConversation(scratch, { customerId: 'lan', messages: ['inbound', 'outbound', 'inbound', 'inbound'] })
    const write = () => ({ ...stamp(), target: { conversationId: id }, expectedVersion: null })
    const first = { ...write(), seq: 3, upToTime: null, target: { oaId: 'page', customerId: 'lan' } }
    const read = await operations.markRead(first)
    expect(read).toMatchObject({ outcome: 'updated', conversation: { readSeq: 3, unreadCount: 1, version: 1 } })
    expect(await operations.markRead({ ...first, firstSentAt: performance.now() - 3 })).toEqual(read)
    const place = async () => (await scratch.query(`select ctid::text, xmin::text, xmax::text from "${scratch.schema}".conversations`))[0]
    const before = await place()
    expect(await operations.markRead({ ...write(), seq: 2, upToTime: null })).toEqual({ ...read, outcome: 'unchanged' })
    await expect(operations.markRead({ ...write(), seq: 4, upToTime: null, expectedVersion: 0 })).rejects.toMatchObject({
      code: 'VERSION_CONFLICT',
      details: { actual: 1 },
    })
    expect(await place()).toEqual(before)
    expect(await operations.markRead({ ...write(), seq: null, upToTime: null })).toMatchObject({
      outcome: 'updated',
      conversation: { readSeq: 4, unreadCount: 0, version: 2 },
    })
    expect(await operations.markRead({ ...write(), seq: null, upToTime: null })).toMatchObject({
      outcome: 'unchanged',
      conversation: { version: 2 },
    })
    expect(await operations.markRead({ ...write(), seq: 99, upToTime: null })).toMatchObject({ outcome: 'unchanged' })
    await expect(operations.markRead({ ...write(), ...stamp('other'), seq: 1, upToTime: null })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  test('what is due wakes, the longest due first, and a lost reply loses none of it', async () => {
    const scratch = await open()
    const { operations } = scratch.adapter
    const day = (n: number) => new Date(Date.UTC(2026, 0, n))
    for (const n of [3, 1, 2, 9])
      await seedConversation(scratch, { customerId: `c${n}`, id: `c${n}`, status: 'snoozed', snoozedUntil: day(n) })
    const write = { ...stamp(), now: day(5), limit: 2 }
    const woken = await operations.wakeDue(write)
    expect(woken.map(({ id, status, snoozedUntil, version }) => [id, status, snoozedUntil, version])).toEqual([
      ['c1', 'open', null, 1],
      ['c2', 'open', null, 1],
    ])
    expect(await operations.wakeDue({ ...write, firstSentAt: performance.now() - 9 })).toEqual(woken)
    expect((await operations.wakeDue({ ...write, ...stamp(), now: day(5) })).map(({ id }) => id)).toEqual(['c3'])
    expect(await operations.wakeDue({ ...write, ...stamp(), now: day(5) })).toEqual([])
  })

  test('a channel identity has one owner at a time', async () => {
    const scratch = await open()
    const { operations } = scratch.adapter
    const connect = (accountId: string, channel: string, patch: object = {}) =>
      operations.connectInbox({ ...stamp(accountId), inboxId: `inbox-${accountId}`, oaId: 'page', channel, patch })
    const owner = () => operations.findInboxOwner({ channel: 'messenger', oaId: 'page', signal: null })
    const inbox = await connect('acme', 'messenger', { name: 'Shop', onClosed: 'reopen', metadata: { a: 1 } })
    expect(inbox).toMatchObject({
      id: 'inbox-acme',
      status: 'connected',
      name: 'Shop',
      onClosed: 'reopen',
      metadata: { a: 1 },
      disconnectedAt: null,
      redirectedTo: null,
    })
    expect(await owner()).toEqual({ accountId: 'acme', inboxId: 'inbox-acme', channel: 'messenger', oaId: 'page' })
    await expect(connect('other', 'messenger')).rejects.toMatchObject({
      code: 'INBOX_ALREADY_CONNECTED',
      details: { channel: 'messenger', oaId: 'page' },
    })
    expect(await operations.listInboxes({ accountId: 'other', signal: null, limit: 5, after: null })).toEqual({
      items: [],
      hasMore: false,
    })
    await expect(connect('acme', 'whatsapp')).rejects.toMatchObject({
      code: 'INBOX_CHANNEL_MISMATCH',
      details: { expected: 'messenger', actual: 'whatsapp' },
    })
    expect(await connect('acme', 'messenger')).toEqual(inbox)
    expect(await connect('acme', 'messenger', { name: null, onClosed: { reopenWithin: 5 } })).toMatchObject({
      name: null,
      onClosed: { reopenWithin: 5 },
      metadata: { a: 1 },
      connectedAt: inbox.connectedAt,
    })
    const gone = await operations.disconnectInbox({ ...stamp(), oaId: 'page' })
    expect(gone).toMatchObject({ status: 'disconnected', disconnectedAt: expect.any(Date) })
    expect(await operations.disconnectInbox({ ...stamp(), oaId: 'page' })).toEqual(gone)
    expect(await owner()).toBeNull()
    await expect(operations.disconnectInbox({ ...stamp(), oaId: 'none' })).rejects.toSatisfy((error) =>
      isConversationStoreError(error, 'NOT_FOUND'),
    )
    expect(await connect('other', 'messenger')).toMatchObject({ id: 'inbox-other' })
    await expect(connect('acme', 'messenger')).rejects.toMatchObject({ code: 'INBOX_ALREADY_CONNECTED' })
    expect(await operations.listInboxes({ accountId: 'acme', signal: null, limit: 1, after: null })).toMatchObject({
      items: [{ status: 'disconnected' }],
      hasMore: false,
    })
    expect(await scratch.adapter.checkSchema()).toMatchObject({ ok: true, missing: [], different: [] })
  })
})
