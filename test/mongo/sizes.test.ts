import { describe, expect, test } from 'vitest'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, messages, openDatabase } from './database.js'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('large calls on MongoDB', () => {
  test('a message that BSON can not hold is PAYLOAD_TOO_LARGE, and fails no neighbour', async () => {
    await using database = await openDatabase(serverUrl('mongoReplicaSet'))
    const key = customer()
    // A number takes two bytes in JSON and eleven in BSON.
    const payload = { numbers: Array.from({ length: 100_000 }, () => 1) }
    const attachments = Array.from({ length: 50 }, () => ({ type: 'file', payload }))
    const events = [...messages(1), { type: 'message', messageId: 'huge', attachments } as const, ...messages(1, 'n')]
    const settled = await Promise.allSettled(
      events.map((event) => database.account.upsertConversationWithEvents({ ...key, events: [event] })),
    )
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(settled[1]).toMatchObject({ reason: { code: 'PAYLOAD_TOO_LARGE', outcome: 'not_applied' } })
    expect(await database.account.findByOaAndCustomer(key)).toMatchObject({ lastSeq: 2 })
  })

  test('a call at its limits is written, and recognised when it is sent again though its answer is larger than one document', async () => {
    await using database = await openDatabase(serverUrl('mongoReplicaSet'))
    const key = customer()
    const text = 'x'.repeat(1024 * 1024 - 8)
    const large = messages(15).map((event) => ({ ...event, text }))
    for (const prefix of ['a', 'b']) {
      const events = large.map((event) => ({ ...event, messageId: prefix + event.messageId }))
      expect(await database.account.upsertConversationWithEvents({ ...key, events })).toMatchObject({ duplicates: 0 })
    }
    // The edits make the database return the messages in full.
    const edits = ['a', 'b'].flatMap((prefix) => large.map(({ messageId }) => ({ targetMessageId: prefix + messageId })))
    const events = edits.map((edit) => ({ type: 'message_edit', text: 'edited', ...edit }) as const)
    const result = await database.account.upsertConversationWithEvents({ ...key, events })
    expect(result.events).toEqual(Array(30).fill({ outcome: 'stored' }))
    expect(await database.account.findByOaAndCustomer(key)).toMatchObject({ lastSeq: 30, lastMessagePreview: 'edited' })
  })

  test('1,000 conversations with 5,000 events are one call', async () => {
    await using database = await openDatabase(serverUrl('mongoReplicaSet'))
    const conversations = Array.from({ length: 1_000 }, () => ({ ...customer(), events: messages(5) }))
    const results = await database.account.bulkUpsertConversationsWithEvents({ conversations })
    expect(results.filter((result) => result.ok && result.outcome === 'created')).toHaveLength(1_000)
    const again = await database.account.bulkUpsertConversationsWithEvents({ conversations })
    expect(again.filter((result) => result.ok && result.outcome === 'duplicate')).toHaveLength(1_000)
    expect(await database.db.collection('messages').countDocuments({ accountId: 'acme' })).toBe(5_000)
  })
})
