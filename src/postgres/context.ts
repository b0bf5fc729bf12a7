import type { Bounded } from '../store/adapter.js'
import type { Row } from './columns.js'
import type { Executor } from './executor.js'
import { raisedFailure } from './item-failure.js'
import { createKnownAliases, type KnownAliases } from './known-aliases.js'
import type { Names, TableName } from './names.js'
import { explainUniqueViolation, refusedByForeignIndex } from './schema/explain-unique-violation.js'
import { explainUndefinedObject } from './schema/store-schema.js'
import { createCompiler, type Fragment, raw, type Statement } from './sql.js'
import { isUndefinedObject, isUniqueViolation, translateError } from './translate-error.js'

/** What every operation runs its statements with. It throws a driver's errors as `translateError` translates them. */
export interface PostgresContext {
  readonly names: Names
  /** Whether statements are part of the host's transaction. */
  readonly inTransaction: boolean
  /** The qualified tables, to be spliced into `sql`. */
  readonly tables: Readonly<Record<TableName, Fragment>>
  readonly knownAliases: KnownAliases
  /** The qualified name of one of the store's functions. */
  fn(name: string): Fragment
  /** Runs one statement that changes nothing. */
  read(statement: Fragment, input: Bounded & { readonly signal: AbortSignal | null }): Promise<readonly Row[]>
  /**
   * Runs one statement that writes. When its reply is lost outside the host's transaction, it throws
   * COMMIT_OUTCOME_UNKNOWN.
   */
  write(statement: Fragment, input: Bounded & { readonly operationId: string }): Promise<readonly Row[]>
}

/**
 * `explains` is false in a transaction that a failed statement ends: whoever ends it explains the error then, because
 * neither the ledger nor the catalog can be read before.
 */
export function createContext(executor: Executor, names: Names, { explains = true } = {}): PostgresContext {
  const { tables, compile, knownAliases } = statementsFor(names)
  const run = async (statement: Fragment, signal: AbortSignal | null, operationId: string | null, { deadline }: Bounded) => {
    try {
      return await executor.run(compile(statement), signal, deadline)
    } catch (error) {
      if (signal?.aborted || !isUndefinedObject(error))
        throw (
          raisedFailure(error) ??
          (explains && isUniqueViolation(error)
            ? await explainUniqueViolation(executor, names, error, deadline)
            : refusedByForeignIndex(error, names)) ??
          translateError(error, { operationId, inTransaction: executor.inTransaction })
        )
      throw explains ? await explainUndefinedObject(executor, names, error) : error
    }
  }
  return {
    names,
    inTransaction: executor.inTransaction,
    tables,
    knownAliases,
    fn: (name) => raw(names.fn(name)),
    read: (statement, input) => run(statement, input.signal, null, input),
    write: (statement, input) => run(statement, null, input.operationId, input),
  }
}

interface Statements {
  readonly tables: Readonly<Record<TableName, Fragment>>
  compile(fragment: Fragment): Statement
  readonly knownAliases: KnownAliases
}

// The store makes a context for each of the host's transactions, always over the same names. Statements are therefore
// compiled once per names and not once per context.
const statementsByNames = new WeakMap<Names, Statements>()

function statementsFor(names: Names): Statements {
  const known = statementsByNames.get(names)
  if (known !== undefined) return known
  const tables = Object.fromEntries(Object.entries(names.tables).map(([name, quoted]) => [name, raw(quoted)]))
  const statements = { tables: tables as Record<TableName, Fragment>, compile: createCompiler(), knownAliases: createKnownAliases() }
  statementsByNames.set(names, statements)
  return statements
}
