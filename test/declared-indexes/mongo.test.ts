import { describe, expect, test } from 'vitest'
import { isServerAbsent } from '../contract/server.js'
import { openIndexDatabase } from '../mongo/index-database.js'
import { recogniseOnMongo } from './on-mongo.js'

describe.skipIf(isServerAbsent('mongoReplicaSet'))('a sync of declared indexes on MongoDB', () => {
  test('recognises what it built', async () => {
    await using database = await openIndexDatabase()
    const { taken, unknown } = await recogniseOnMongo(database.db, 4)
    expect(unknown).toEqual([])
    expect(taken).toBeGreaterThan(40)
  })
})
