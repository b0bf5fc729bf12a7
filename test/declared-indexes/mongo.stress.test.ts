import { expect, test } from 'vitest'
import { openIndexDatabase } from '../mongo/index-database.js'
import { recogniseOnMongo } from './on-mongo.js'

test('a sync recognises whatever it built', async () => {
  await using database = await openIndexDatabase()
  const { taken, recognised, unknown, refused } = await recogniseOnMongo(database.db)
  const { version } = await database.db.command({ buildInfo: 1 })
  console.log(`  MongoDB ${version}: ${recognised} of ${taken} declarations recognised, ${refused.length} refused by the server`)
  for (const each of refused) console.log(`  refused: ${each}`)
  expect(unknown).toEqual([])
  expect(taken).toBeGreaterThan(160)
})
