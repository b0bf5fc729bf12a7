import { reducedCause } from '../model/reduced-cause.js'

/** The fields of a server's error that name objects of the schema, and never quote a row. */
const namingFields = ['code', 'severity', 'schema', 'table', 'column', 'constraint', 'routine', 'syscall', 'errno', 'address', 'port']

/** The classes of SQLSTATEs whose messages PostgreSQL, a trigger or a function may fill with values. */
const quotingStates = /^(0[1239A-Z]|2[1-4FB-E]|3[89]|44|HV|P0)/

/**
 * What the host is told of an error of the driver as its `cause`. The server's `detail`, `hint`, `where` and
 * `internalQuery` are left out, because they quote rows and statements.
 */
export function driverCause(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const fields = Object.fromEntries(namingFields.map((name) => [name, Reflect.get(error, name)]))
  const isQuoting = typeof fields.code === 'string' && quotingStates.test(fields.code)
  return reducedCause(error, { message: isQuoting ? null : error.message, fields })
}
