import type { MongoClient, MongoClientOptions } from 'mongodb'
import type { ConversationStoreError } from '../model/errors.js'
import { refusal } from '../model/validation/refusal.js'
import { notInstalled } from './not-installed.js'

interface MongoOpening {
  readonly url: string
  /** What the refusal of a malformed URL names. */
  readonly subject: string
  /** What needs the driver. */
  readonly operation: string
  readonly options?: MongoClientOptions
}

/**
 * The driver's client, which connects with its first command. Throws UNSUPPORTED without the driver, VALIDATION_FAILED
 * for a malformed URL.
 */
export async function openMongoClient({ url, subject, operation, options }: MongoOpening): Promise<MongoClient> {
  const driver = await import('mongodb').catch(notInstalled('mongodb', operation))
  try {
    return new driver.MongoClient(url, options)
  } catch {
    throw malformedMongoUrl(subject)
  }
}

/** Without a cause: a driver's error may quote the URL, and the URL may hold a password. */
export function malformedMongoUrl(subject: string): ConversationStoreError {
  return refusal([subject], 'must be a connection string that the driver takes, without unknown options')
}
