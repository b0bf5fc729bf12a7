import type { MongoDb } from '../driver.js'
import { serverCode } from '../translate-error.js'

const namespaceExists = 48

/** Explicitly, for one that comes into being within a transaction makes that slow, and two such transactions conflict. */
export async function createCollection(db: MongoDb, collection: string): Promise<void> {
  try {
    await db.createCollection(collection)
  } catch (error) {
    if (serverCode(error) !== namespaceExists) throw error
  }
}
