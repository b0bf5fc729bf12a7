import type { MongoClient, MongoClientOptions } from 'mongodb'
import type { ConversationStoreError } from '../model/errors.js'
import { refusal } from '../model/validation/refusal.js'
import { escapeHint } from './escape-hint.js'
import { notInstalled } from './not-installed.js'

interface MongoOpening {
  readonly url: string
  /** The name that the error uses for a malformed URL. */
  readonly subject: string
  /** The operation that needs the driver, for the error if the driver is not installed. */
  readonly operation: string
  readonly options?: MongoClientOptions
}

/**
 * Creates the driver's client, which connects with its first command. Throws UNSUPPORTED if the driver is not
 * installed, and VALIDATION_FAILED for a malformed URL.
 */
export async function openMongoClient({ url, subject, operation, options }: MongoOpening): Promise<MongoClient> {
  const driver = await import('mongodb').catch(notInstalled('mongodb', operation))
  try {
    return new driver.MongoClient(url, options)
  } catch {
    throw malformedMongoUrl(subject)
  }
}

/** The error has no cause, because the driver's error may quote the URL, and the URL may hold a password. */
export function malformedMongoUrl(subject: string): ConversationStoreError {
  return refusal([subject], `must be a connection string that the driver takes, without unknown options; ${escapeHint}`)
}
