import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'vitest'
import { writeFirstMessages } from './first-messages.js'
import { raceDatabases } from './race-databases.js'

/**
 * Registers the race of `messages` first messages for one customer, from 16 connections in 4 processes, on each
 * database. Each message is sent as often as `sendings` says, in a race of its own for each number. A race fails that
 * takes longer than `timeout` milliseconds.
 */
export function raceFirstMessages(messages: number, sendings: readonly number[], timeout: number): void {
  for (const [name, createDatabase] of Object.entries(raceDatabases)) {
    for (const times of sendings) {
      const title = `${name}: ${messages} first messages${times > 1 ? ', each sent twice,' : ''} make one conversation without a hole`
      test(title, { timeout }, async () => {
        const database = await createDatabase()
        try {
          const { totalMs, worstMs, ...report } = await writeFirstMessages({
            url: database.url,
            processes: 4,
            callers: 16,
            messages,
            times,
          })
          process.stdout.write(
            `${name}: ${messages} messages × ${times} from 16 connections in 4 processes: ${JSON.stringify(report)}, ` +
              `${(totalMs / (messages * times)).toFixed(2)} ms a call, worst ${worstMs.toFixed(0)} ms\n`,
          )
          deepEqual(report, { created: 1, stored: messages, duplicates: messages * (times - 1), errors: [], conversations: 1 })
          deepEqual(
            await database.seqs(),
            Array.from({ length: messages }, (_, index) => index + 1),
          )
          const [conversation, ...others] = await database.conversations()
          equal(others.length, 0)
          const { status, last_seq, last_event_seq, unread_count, version } = conversation ?? {}
          deepEqual(
            { status, last_seq, last_event_seq, unread_count, version },
            { status: 'open', last_seq: messages, last_event_seq: messages, unread_count: messages, version: messages - 1 },
          )
        } finally {
          await database.drop()
        }
      })
    }
  }
}
