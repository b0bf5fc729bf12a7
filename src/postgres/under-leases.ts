import { isConversationStoreError } from '../model/errors.js'
import type { ConversationOperations, OperationName, WriteStamp } from '../store/adapter.js'
import { leaseLost } from '../store/lease-key.js'
import { createContext } from './context.js'
import { CommitLost, type Executor } from './executor.js'
import type { Names } from './names.js'
import { postgresOperations } from './postgres-operations.js'
import { explainUniqueViolation } from './schema/explain-unique-violation.js'
import { explainUndefinedObject } from './schema/store-schema.js'
import { sql } from './sql.js'
import { isUndefinedObject, isUniqueViolation, translateError } from './translate-error.js'

type Send = (operations: ConversationOperations) => Promise<unknown>

/** The operations of more than one statement, which are always sent in a transaction. */
const ofSeveralStatements: ReadonlySet<string> = new Set<OperationName>([
  'writeSyncPage',
  'recordHistoryProgress',
  'sweep',
  'beginInboxMigration',
  'undoInboxMigration',
  'moveInboxBatch',
  'endInboxMigration',
])

/**
 * The operations, of which a write that stands under a lease is sent in a transaction. Its first statement locks the
 * lease, so nobody takes it over before the write is committed. The lock leaves the holder's own renewals alone.
 */
export function underLeases(operations: ConversationOperations, executor: Executor, names: Names): ConversationOperations {
  const inTransaction = async (stamp: WriteStamp, send: Send) => {
    try {
      return await executor.transact(async (inner) => {
        const context = createContext(inner, names, { explains: executor.inTransaction })
        const { lease } = stamp
        if (lease !== undefined) {
          const { kind, key, token } = lease
          const held = await context.write(
            sql`select true from ${context.tables.leases} l where l.account_id = ${stamp.accountId}
and l.kind = ${kind} and l.key = ${key} and l.token = ${token}::bigint for key share`,
            stamp,
          )
          if (held.length === 0) throw leaseLost(lease)
        }
        return send(postgresOperations(context))
      }, stamp.deadline)
    } catch (error) {
      if (isUndefinedObject(error)) throw await explainUndefinedObject(executor, names, error)
      const violation = isConversationStoreError(error, 'CONTENTION') ? error.cause : error
      const refusal = isUniqueViolation(violation) ? await explainUniqueViolation(executor, names, violation, stamp.deadline) : null
      if (refusal !== null) throw refusal
      if (!(error instanceof CommitLost)) throw translateError(error, { operationId: null, inTransaction: true })
      throw translateError(error.cause, { operationId: stamp.operationId, inTransaction: executor.inTransaction })
    }
  }
  const guarded = Object.entries(operations).map(([name, operation]) => [
    name,
    (input: WriteStamp) =>
      input.lease === undefined && !ofSeveralStatements.has(name)
        ? operation(input)
        : inTransaction(input, (inner) => Reflect.get(inner, name)(input)),
  ])
  return Object.fromEntries(guarded)
}
