import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { MongoClient } from 'mongodb'

// A turn whose process was killed ends by itself, well after the longest test.
const turnMs = 5 * 60_000

/**
 * Waits until no other test has a fail point on this server. A server has one `failCommand` for all of its clients, so
 * a test file that sets it would undo what another one has set.
 */
export async function failPointTurn(url: string): Promise<AsyncDisposable> {
  const client = await new MongoClient(url).connect()
  const turns = client.db('test_turns').collection<{ _id: string; holder: string; endsAt: Date }>('turns')
  const holder = randomBytes(6).toString('hex')
  while (!(await take())) await sleep(50)
  return {
    async [Symbol.asyncDispose]() {
      await turns.deleteOne({ _id: 'failCommand', holder })
      await client.close()
    },
  }

  async function take(): Promise<boolean> {
    const free = { $or: [{ $eq: [{ $type: '$endsAt' }, 'missing'] }, { $lt: ['$endsAt', '$$NOW'] }] }
    const endsAt = { $add: ['$$NOW', turnMs] }
    const turn = await turns.findOneAndUpdate(
      { _id: 'failCommand' },
      [{ $set: { holder: { $cond: [free, holder, '$holder'] }, endsAt: { $cond: [free, endsAt, '$endsAt'] } } }],
      { upsert: true, returnDocument: 'after' },
    )
    return turn?.holder === holder
  }
}
