import type { Doc, MongoDb } from './driver.js'

/** What the servers behind a client can do. */
export interface Deployment {
  /** A replica set, if of one node, or a sharded cluster. A standalone server has no transactions. */
  readonly transactions: boolean
  readonly sharded: boolean
}

/** Asks the server once; a failed question is asked again. */
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

// By what the server says of itself: its refusal of a transaction ("… does not support retryable writes") has no code
// to go by.
export function readHello(hello: Doc): Deployment {
  const sharded = hello.msg === 'isdbgrid'
  return { sharded, transactions: sharded || typeof hello.setName === 'string' }
}
