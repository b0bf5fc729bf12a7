import { describe, expect, test } from 'vitest'
import type { ListMessagesInput } from '../../src/store/inputs.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { customer, openDatabase } from './database.js'
import { explainAll } from './explained.js'

interface Stored {
  _id: string
  [field: string]: unknown
}

const limit = 50
const atOnce = 5_000
const start = Date.parse('2026-01-01T00:00:00Z')

describe.skipIf(isServerAbsent('mongoReplicaSet'))('a list of messages', () => {
  test.each([10_000, 100_000])(
    'reads each page among %i messages of a conversation in order from an index, without a sort',
    async (messages) => {
      await using database = await openDatabase(serverUrl('mongoReplicaSet'))
      const { account, db, commandsOf } = database
      const key = customer()
      const event = { type: 'message', messageId: 'model', text: 'hello', occurredAt: new Date(start) } as const
      const { conversation } = await account.upsertConversationWithEvents({ ...key, events: [event] })
      const conversationId = conversation?.id ?? ''
      const collection = db.collection<Stored>('messages')
      const model = (await collection.findOne({ message_id: 'model' })) ?? expect.fail('there is no message')
      // They were said in another order than they came in, and ten of them in the same second.
      const copy = (seq: number): Stored => {
        const occurred_at = new Date(start + Math.floor(((seq * 7919) % messages) / 10) * 1000)
        return { ...model, _id: `${model._id}-${seq}`, message_id: `m${seq}`, seq, occurred_at }
      }
      for (let first = 2; first <= messages; first += atOnce) {
        const copies = Array.from({ length: Math.min(atOnce, messages + 1 - first) }, (_, index) => copy(first + index))
        await collection.insertMany(copies, { ordered: false, writeConcern: { w: 1 } })
      }
      await db.collection<{ _id: string }>('conversations').updateOne({ _id: conversationId }, { $set: { last_seq: messages } })
      for (const by of ['time', 'seq'] as const) {
        for (const order of ['oldest', 'newest'] as const) {
          const input: ListMessagesInput = { conversationId, by, order, limit: 500 }
          const { nextCursor } = await account.listMessages(input)
          const deep = await account.listMessages({ ...input, cursor: nextCursor ?? '' })
          const pages: readonly ListMessagesInput[] = [
            { ...input, limit },
            { ...input, limit, cursor: deep.nextCursor ?? '' },
            ...(by === 'seq' ? [{ ...input, limit, afterSeq: messages / 2 }] : []),
          ]
          for (const page of pages) {
            const [conversation, found, ...others] = await explainAll(db, await commandsOf(async () => account.listMessages(page)))
            const told = `${by}, ${order}, ${page.cursor === undefined ? 'the first page' : 'a deep page'}`
            expect(others, told).toEqual([])
            expect(conversation, told).toMatchObject({ command: 'find conversations', collectionScans: 0, docsExamined: 1 })
            expect(found, told).toMatchObject({ command: 'find messages', collectionScans: 0 })
            expect(found?.stages.has('SORT'), `${told}: ${[...(found?.stages ?? [])]}`).toBe(false)
            // A deep page by time passes the messages before the cursor that have the cursor's own time: at most ten.
            expect(found?.docsExamined, told).toBeLessThanOrEqual(limit + 1 + 10)
            expect(found?.keysExamined, told).toBeLessThanOrEqual(limit + 1 + 10)
          }
        }
      }
    },
    120_000,
  )
})
