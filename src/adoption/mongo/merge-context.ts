import { requireNotAborted } from '../../model/abort.js'
import { isConversationStoreError } from '../../model/errors.js'
import { deploymentOf, needsTransactions } from '../../mongo/deployment.js'
import type { Doc, MongoClientLike, MongoCollection, MongoDb, MongoSession } from '../../mongo/driver.js'
import { runTransaction, whileOthersAreFaster } from '../../mongo/run-transaction.js'
import { sessionsOf } from '../../mongo/sessions.js'
import { jitteredPause } from '../../store/jittered-pause.js'
import { type MergeTables, mergeTables } from '../merge-tables.js'
import type { MergeOptions } from '../merge-types.js'
import { activeFilter } from './unique-indexes.js'

/** Where what was merged away is kept: a conversation, and each message that was one too many, a document each. */
export const archiveCollection = 'conversation_store_archive'

export interface MergeContext {
  readonly db: MongoDb
  readonly tables: MergeTables
  readonly conversations: MongoCollection
  /** Null if the host keeps none. */
  readonly messages: MongoCollection | null
  readonly archive: MongoCollection
  /**
   * Runs a group's work in a transaction, and again while others are faster, as long as the server may keep the
   * transaction of a process that was killed. Throws CONTENTION, ABORTED, UNSUPPORTED.
   */
  inTransaction<T>(unit: (session: MongoSession) => Promise<T>): Promise<T>
}

const attempts = 30
/**
 * A process that was killed leaves a transaction behind, which the server ends once it is 60 seconds old. It looks for
 * such ones every 30 seconds.
 */
const longestTransactionMs = 120_000
const pauseMs = 1_000

export function mergeContext(db: MongoDb, options: MergeOptions): MergeContext {
  const tables = mergeTables(db, options)
  const deployment = deploymentOf(db)
  const primary = { readPreference: 'primary' }
  return {
    db,
    tables,
    conversations: db.collection(tables.conversations.name, primary),
    messages: tables.messages === null ? null : db.collection(tables.messages.name, primary),
    archive: db.collection(archiveCollection, primary),
    async inTransaction(unit) {
      const client = Reflect.get(db, 'client') as MongoClientLike | undefined
      if (client === undefined || !(await deployment()).transactions) throw needsTransactions('to merge conversations')
      const begun = performance.now()
      for (;;) {
        try {
          return await runTransaction(sessionsOf(client), unit, whileOthersAreFaster(attempts, options.signal))
        } catch (error) {
          if (!isConversationStoreError(error, 'CONTENTION') || performance.now() - begun > longestTransactionMs) throw error
          await jitteredPause(pauseMs, { signal: options.signal ?? null })
          requireNotAborted(options.signal ?? null)
        }
      }
    },
  }
}

/** The groups of doubles, largest first: `_id` has their key as a list. */
export async function readGroups({ conversations, tables }: MergeContext): Promise<readonly Doc[]> {
  const fields = keyFields(tables)
  const named = Object.fromEntries(fields.map((field) => [field, { $ne: null }]))
  const found = await conversations
    .aggregate(
      [
        { $match: { $and: [named, activeFilter(tables.conversations)] } },
        { $group: { _id: fields.map((field) => `$${field}`), count: { $sum: 1 } } },
        { $match: { count: { $gt: 1 } } },
        { $sort: { count: -1, _id: 1 } },
      ],
      { allowDiskUse: true, promoteValues: false },
    )
    .toArray()
  return found
}

export function keyFields({ conversations: { accountId, oaId, customerId } }: MergeTables): readonly string[] {
  return [accountId, oaId, customerId]
}
