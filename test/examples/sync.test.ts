import { expect, test } from 'vitest'
import { csvHistory } from '../../examples/sync/csv-history.js'
import { createConversationStore } from '../../src/index.js'
import { memory } from '../../src/memory/index.js'

const csv = `customer,id,time,direction,text
lan,1,2024-03-01T09:00:00Z,inbound,Hello, is the red one there?
hoa,2,2024-03-01T09:01:00Z,inbound,Good morning
lan,3,2024-03-01T09:02:00Z,outbound,It is
lan,4,some day,inbound,When?
,5,2024-03-01T09:03:00Z,inbound,Who am I?
hoa,6,2024-03-01T09:04:00Z,sideways,What?
lan,7,2024-03-01T09:05:00Z,inbound,Thank you
`

test('an export in CSV is read page by page, goes on from a cursor, and is written as history', async () => {
  const store = createConversationStore({ adapter: memory() })
  await store.migrate()
  const account = store.forAccount('acme')
  const source = csvHistory(csv, 2)
  const cursors: (string | null)[] = []
  const invalid: string[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    for await (const page of source.pages({ cursor: cursor ?? null })) {
      const conversations = page.conversations.map(({ updatedAt: _, ...conversation }) => ({
        ...conversation,
        oaId: 'shop',
        history: true,
      }))
      if (conversations.length > 0) await account.bulkUpsertConversationsWithEvents({ conversations })
      invalid.push(...page.invalid.map(({ path, reason }) => `${path}: ${reason}`))
      cursor = page.cursor
      cursors.push(cursor)
      // The next page comes from another reading.
      break
    }
  }
  expect(cursors).toEqual(['3', '5', '7', null])
  expect(invalid).toEqual([
    'line 4: time is not a time',
    'line 5: customer or id is missing',
    'line 6: direction is neither inbound nor outbound',
  ])
  const lan = await account.findByOaAndCustomer({ oaId: 'shop', customerId: 'lan' })
  const { items } = await account.listMessages({ conversationId: lan?.id ?? '' })
  expect(items.map(({ text }) => text).toSorted()).toEqual(['Hello, is the red one there?', 'It is', 'Thank you'])
  expect(lan).toMatchObject({ unreadCount: 0, lastMessageAt: new Date('2024-03-01T09:05:00Z') })
})
