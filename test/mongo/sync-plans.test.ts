import { describe, expect, test } from 'vitest'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { openDatabase } from './database.js'
import { explainAll } from './explained.js'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('the sessions of syncs on MongoDB', () => {
  test('name their accounts by an index, however many sessions there are', async () => {
    await using database = await openDatabase(serverUrl('mongoReplicaSet'))
    const sessions = ['acme', 'globex', 'umbrella'].flatMap((accountId) =>
      Array.from({ length: 1_000 }, (_, n) => ({
        _id: `${accountId}-${n}`,
        accountId,
        page_id: `page-${n % 10}`,
        origin: 'pulled',
        source: 'export',
        started_at: new Date(1_700_000_000_000 + n),
      })),
    )
    await database.db.collection<{ _id: string }>('sync_state').insertMany(sessions)
    let found: readonly string[] = []
    const commands = await database.commandsOf(async () => {
      found = await database.store.forOperator().findSyncAccounts()
    })
    expect(found).toEqual(['acme', 'globex', 'umbrella'])
    const explained = (await explainAll(database.db, commands)).filter(({ command }) => command === 'aggregate sync_state')
    expect(explained).toMatchObject([{ collectionScans: 0 }])
    expect(explained[0]?.keysExamined).toBeLessThan(20)
  })
})
