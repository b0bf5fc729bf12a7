import { describe, expect, test } from 'vitest'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { openDatabase } from './database.js'
import { explainAll } from './explained.js'

const day = 86_400_000

describe.skipIf(isServerAbsent('mongoReplicaSet'))('the journal of webhooks on MongoDB', () => {
  test('is taken up, listed, cleared and asked for its accounts by its indexes, and costs no more where it is long', async () => {
    await using database = await openDatabase(serverUrl('mongoReplicaSet'))
    const now = Date.now()
    const documents = ['acme', 'umbrella'].flatMap((accountId) =>
      Array.from({ length: 3_000 }, (_, n) => ({
        _id: `${accountId}-${n}`,
        accountId,
        channel: 'sms',
        provider: null,
        oa_id: null,
        inboxes: [],
        body: '{}',
        holder: 'host',
        operation_id: 'o',
        outcome: n % 500 === 1 ? 'failed' : n % 500 === 2 ? 'waiting' : 'ingested',
        report: null,
        token: 1,
        attempts: 1,
        worked_at: null,
        received_at: new Date(now - n * 1_000),
        expires_at: new Date(n % 1_000 === 3 ? now - 1_000 : now + day + n * 1_000),
        ...(n % 500 === 2 && { due_at: new Date(now - 1_000) }),
      })),
    )
    await database.db.collection<{ _id: string }>('webhook_journal').insertMany(documents)
    const journal = database.store.forOperator()
    const claim = { accountId: 'acme', holder: 'a', claimMs: 60_000 }
    const calls: Readonly<Record<string, { readonly most: number; readonly send: () => PromiseLike<unknown> }>> = {
      'listWebhooks of what failed': { most: 7, send: () => journal.listWebhooks({ accountId: 'acme', outcome: 'failed' }) },
      'listWebhooks, a page': { most: 51, send: () => journal.listWebhooks({ accountId: 'acme' }) },
      findWebhookAccounts: { most: 40, send: () => journal.findWebhookAccounts() },
      takeWebhooks: { most: 14, send: () => journal.takeWebhooks({ ...claim, limit: 5 }) },
      clearWebhooks: { most: 8, send: () => journal.clearWebhooks({ accountId: 'acme' }) },
    }
    for (const [name, { most, send }] of Object.entries(calls)) {
      const commands = await database.commandsOf(async () => void (await send()))
      for (const { collectionScans, keysExamined, stages } of await explainAll(database.db, commands)) {
        expect({
          name,
          collectionScans,
          isWithin: keysExamined <= most,
          keysExamined,
          sorts: stages.has('SORT') && !name.startsWith('find'),
        }).toEqual({
          name,
          collectionScans: 0,
          isWithin: true,
          keysExamined,
          sorts: false,
        })
      }
    }
  })
})
