import { randomBytes } from 'node:crypto'
import { MongoClient } from 'mongodb'
import { describe, expect, test } from 'vitest'
import { mongo } from '../../src/mongo/index.js'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { writeHotConversation } from './hot-conversation.js'

const isSmall = process.env.STRESS_SCALE === 'small'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('a hot conversation on MongoDB', () => {
  test('takes 2,000 first messages from 64 callers in 4 processes, at 3 ms a message at most, and no call for longer than 2 s', async () => {
    const report = await hot({ processes: 4, callers: 64, messages: 2_000, times: 1 })
    process.stdout.write(
      `hot conversation: ${(report.totalMs / 2_000).toFixed(2)} ms a message, worst call ${report.worstMs.toFixed(0)} ms\n`,
    )
    expect(report).toMatchObject({ created: 1, stored: 2_000, duplicates: 0, errors: [], conversations: 1 })
    expect(report.totalMs / 2_000).toBeLessThanOrEqual(3)
    expect(report.worstMs).toBeLessThanOrEqual(2_000)
  })

  test('takes each message once from 16 connections in 4 processes, also when all are sent twice', async () => {
    const messages = isSmall ? 1_000 : 10_000
    const report = await hot({ processes: 4, callers: 16, messages, times: 2 })
    expect(report).toMatchObject({ created: 1, stored: messages, duplicates: messages, errors: [], conversations: 1 })
  })
})

async function hot(run: { processes: number; callers: number; messages: number; times: number }) {
  const url = serverUrl('mongoReplicaSet')
  const database = `hot_${randomBytes(6).toString('hex')}`
  const client = await new MongoClient(url).connect()
  try {
    const db = client.db(database)
    await mongo({ client, db }).migrate()
    const report = await writeHotConversation({ url, database, ...run })
    const messages = await db
      .collection('messages')
      .find({ accountId: 'hot' }, { sort: { seq: 1 }, projection: { seq: 1 } })
      .toArray()
    expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: run.messages }, (_, index) => index + 1))
    const conversations = await db.collection('conversations').find({ accountId: 'hot' }).toArray()
    expect(conversations).toMatchObject([
      { active: true, last_seq: run.messages, last_event_seq: run.messages, unread_count: run.messages },
    ])
    return report
  } finally {
    await client.db(database).dropDatabase()
    await client.close()
  }
}
