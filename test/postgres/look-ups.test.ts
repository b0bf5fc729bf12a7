import { describe, expect, test } from 'vitest'
import type { Conversation } from '../../src/model/records.js'
import type { AdapterPage } from '../../src/store/adapter-page.js'
import { engines } from './engines.js'
import { seedConversation, stamp } from './seed.js'

const everything = { statuses: null, oaId: null, customerId: null, contactId: null, chatbotId: null, unread: null, updatedSince: null }

describe.each(engines)('%s', (_, open) => {
  test('lists page by last activity and id, and every filter narrows them', async () => {
    const scratch = await open()
    const { operations } = scratch.adapter
    const at = new Date('2026-03-03T03:03:03.333Z')
    for (const n of [1, 2, 3, 4, 5])
      await seedConversation(scratch, { customerId: `c${n}`, id: `id${n}`, lastActivityAt: at, messages: n > 3 ? ['inbound'] : [] })
    await seedConversation(scratch, { accountId: 'other', customerId: 'c1', id: 'id1' })
    const list = async (match: Partial<typeof everything> | object, limit = 2) => {
      const ids: string[] = []
      let after: (string | number)[] | null = null
      do {
        const page: AdapterPage<Conversation> = await operations.listConversations({
          ...everything,
          ...match,
          accountId: 'acme',
          signal: null,
          limit,
          after,
        })
        ids.push(...page.items.map(({ id }) => id))
        const last = page.items.at(-1)
        after = page.hasMore && last !== undefined ? [last.lastActivityAt.getTime(), last.id] : null
      } while (after !== null)
      expect(await operations.countConversations({ ...everything, ...match, accountId: 'acme', signal: null })).toBe(ids.length)
      return ids.join(' ')
    }
    expect(await list({})).toBe('id5 id4 id3 id2 id1')
    expect(await list({ unread: true })).toBe('id5 id4')
    expect(await list({ unread: false })).toBe('id3 id2 id1')
    await operations.closeConversation({ ...stamp(), target: { conversationId: 'id2' }, expectedVersion: null })
    expect(await list({ statuses: ['open', 'snoozed'] })).toBe('id5 id4 id3 id1')
    expect(await list({ statuses: ['closed'] })).toBe('id2')
    expect(await list({ customerId: 'c3' })).toBe('id3')
    expect(await list({ customerId: 'c3', oaId: 'page' })).toBe('id3')
    expect(await list({ customerId: 'c3', oaId: 'elsewhere' })).toBe('')
    expect(await list({ updatedSince: new Date('2026-06-01') })).toBe('id2')
    expect(await list({ chatbotId: 'none', contactId: 'none' })).toBe('')
  })

  test('an alias finds the conversation of the customer it stands for', async () => {
    const scratch = await open()
    const { operations } = scratch.adapter
    const canonical = await seedConversation(scratch, { customerId: 'lan' })
    await scratch.query(
      `insert into "${scratch.schema}".contact_inboxes (account_id, id, oa_id, customer_id, contact_id, canonical_id, channel, created_at) values ('acme', 'alias', 'page', 'lan-new', $1, $2, 'api', now())`,
      [canonical.contactId, canonical.contactInboxId],
    )
    const customer = { oaId: 'page', customerId: 'lan-new' }
    const find = { ...customer, accountId: 'acme', signal: null }
    expect(await operations.findByOaAndCustomer({ ...find, status: 'active' })).toMatchObject({ id: canonical.id, customerId: 'lan' })
    expect(await operations.closeConversation({ ...stamp(), target: customer, expectedVersion: null })).toMatchObject({
      conversation: { id: canonical.id },
    })
    expect(await operations.findByOaAndCustomer({ ...find, status: 'active' })).toBeNull()
    expect(await operations.findByOaAndCustomer({ ...find, status: 'any' })).toMatchObject({ id: canonical.id })
    expect(await operations.countConversations({ ...everything, accountId: 'acme', signal: null, customerId: 'lan-new' })).toBe(1)
    expect(await operations.findContact(find)).toMatchObject({ id: canonical.contactId })
  })

  test('messages are found by their ids and listed both ways', async () => {
    const scratch = await open()
    const { operations } = scratch.adapter
    const { id } = await seedConversation(scratch, { customerId: 'lan', messages: ['inbound', 'outbound', 'inbound'] })
    const customer = { accountId: 'acme', signal: null, oaId: 'page', customerId: 'lan' }
    const message = await operations.findMessage({ ...customer, messageId: 'm2' })
    expect(message).toMatchObject({ seq: 2, direction: 'outbound', attachments: [], reactions: [], text: 'text' })
    expect(await operations.findMessage({ accountId: 'acme', signal: null, id: message?.id ?? '' })).toEqual(message)
    expect(await operations.findMessage({ accountId: 'other', signal: null, id: message?.id ?? '' })).toBeNull()
    expect(await operations.findMessage({ ...customer, localId: 'm2' })).toBeNull()
    const seqs = async (order: 'oldest' | 'newest', after: number[] | null) => {
      const page = await operations.listMessages({
        accountId: 'acme',
        signal: null,
        conversationId: id,
        by: 'seq',
        afterSeq: 0,
        order,
        limit: 2,
        after,
      })
      return [page.items.map(({ seq }) => seq), page.hasMore]
    }
    expect(await seqs('oldest', null)).toEqual([[1, 2], true])
    expect(await seqs('oldest', [2])).toEqual([[3], false])
    expect(await seqs('newest', null)).toEqual([[3, 2], true])
    expect(await seqs('newest', [2])).toEqual([[1], false])
    expect(await operations.listEvents({ accountId: 'acme', signal: null, conversationId: id, limit: 5, after: [0] })).toEqual({
      items: [],
      hasMore: false,
    })
  })
})
