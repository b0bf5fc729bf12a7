import type { Doc, MongoDb } from '../driver.js'
import { serverCode } from '../translate-error.js'
import { type MayGoOn, sendUntilAnswered } from './send-until-answered.js'

const namespaceExists = 48

/**
 * Creates a collection explicitly. One that is first created within a transaction makes that transaction slow, and two
 * such transactions conflict.
 */
export async function createCollection(db: MongoDb, collection: string, mayGoOn: MayGoOn, options: Doc = {}): Promise<void> {
  try {
    await sendUntilAnswered(() => db.createCollection(collection, options), mayGoOn)
  } catch (error) {
    if (serverCode(error) !== namespaceExists) throw error
  }
}
