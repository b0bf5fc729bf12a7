import type { MongoDb } from './driver.js'

/** How many documents a collection has by its metadata, which the server keeps, so the count reads none of them. */
export async function estimatedCount(db: MongoDb, collection: string): Promise<number> {
  const { n } = await db.command({ count: collection }, { readPreference: 'primary' })
  return Number(n)
}
