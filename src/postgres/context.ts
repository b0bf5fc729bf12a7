import type { Row } from './columns.js'
import type { Executor } from './executor.js'
import type { Names, TableName } from './names.js'
import { explainUndefinedObject } from './schema/store-schema.js'
import { createCompiler, type Fragment, raw, type Statement } from './sql.js'
import { isUndefinedObject, translateError } from './translate-error.js'

/** What every operation works with. Its errors are the library's. */
export interface PostgresContext {
  readonly names: Names
  /** Whether statements are part of the host's transaction. */
  readonly inTransaction: boolean
  /** The tables, qualified, for `sql`. */
  readonly tables: Readonly<Record<TableName, Fragment>>
  /** A function of ours, qualified. */
  fn(name: string): Fragment
  /** One statement that changes nothing. */
  read(statement: Fragment, input: { readonly signal: AbortSignal | null }): Promise<readonly Row[]>
  /** One statement that writes: where its reply is lost, COMMIT_OUTCOME_UNKNOWN. */
  write(statement: Fragment, input: { readonly operationId: string }): Promise<readonly Row[]>
}

export function createContext(executor: Executor, names: Names): PostgresContext {
  const { tables, compile } = statementsFor(names)
  const run = async (statement: Fragment, signal: AbortSignal | null, operationId: string | null) => {
    try {
      return await executor.run(compile(statement), signal)
    } catch (error) {
      if (signal?.aborted || !isUndefinedObject(error)) throw translateError(error, { operationId, inTransaction: executor.inTransaction })
      throw await explainUndefinedObject(executor, names, error)
    }
  }
  return {
    names,
    inTransaction: executor.inTransaction,
    tables,
    fn: (name) => raw(names.fn(name)),
    read: (statement, { signal }) => run(statement, signal, null),
    write: (statement, { operationId }) => run(statement, null, operationId),
  }
}

interface Statements {
  readonly tables: Readonly<Record<TableName, Fragment>>
  compile(fragment: Fragment): Statement
}

// A context is made for each transaction of the host's, over the names of one store: statements are compiled once for
// all of them.
const statementsByNames = new WeakMap<Names, Statements>()

function statementsFor(names: Names): Statements {
  const known = statementsByNames.get(names)
  if (known !== undefined) return known
  const tables = Object.fromEntries(Object.entries(names.tables).map(([name, quoted]) => [name, raw(quoted)]))
  const statements = { tables: tables as Record<TableName, Fragment>, compile: createCompiler() }
  statementsByNames.set(names, statements)
  return statements
}
