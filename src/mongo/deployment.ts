import { ConversationStoreError } from '../model/errors.js'
import type { Doc, MongoDb } from './driver.js'

/** What the servers behind a client can do. */
export interface Deployment {
  /** True for a replica set, even of one node, and for a sharded cluster. A standalone server has no transactions. */
  readonly transactions: boolean
  readonly sharded: boolean
}

const replicaSet = 'a replica set (a single node is enough)'

/**
 * The refusal of what only a transaction can keep whole. `instead` names another way that does without one.
 */
export function needsTransactions(operation: string, instead?: string): ConversationStoreError<'UNSUPPORTED'> {
  return new ConversationStoreError('UNSUPPORTED', {
    operation,
    needs: instead === undefined ? replicaSet : `${replicaSet}, or ${instead}`,
  })
}

/** Asks the server once and keeps the answer. After a failure the next call asks again. */
export function deploymentOf(db: MongoDb): () => Promise<Deployment> {
  let asked: Promise<Deployment> | undefined
  return () => {
    asked ??= db.command({ hello: 1 }).then(readHello)
    asked.catch(() => {
      asked = undefined
    })
    return asked
  }
}

// We go by what the server says of itself, because its refusal of a transaction ("… does not support retryable writes")
// has no code that we could go by.
export function readHello(hello: Doc): Deployment {
  const sharded = hello.msg === 'isdbgrid'
  return { sharded, transactions: sharded || typeof hello.setName === 'string' }
}
