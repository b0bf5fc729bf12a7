import { stackFrames } from './stack-frames.js'
import { withoutSecrets } from './without-secrets.js'

const longestMessage = 500

/** What is kept of a driver's error, beside its name and its stack. */
export interface Kept {
  /** Null if the driver's message may quote what people wrote. */
  readonly message: string | null
  /** Fields that hold no values of the host's, such as codes and the names of constraints. */
  readonly fields: Readonly<Record<string, unknown>>
}

/**
 * The `cause` of a library error: a new error with the name and the stack of the driver's error, and only what `kept`
 * names. A driver's error may hold whole documents, key values, the rows that a constraint refused, or a connection
 * string, and hosts log the causes of errors.
 */
export function reducedCause(error: Error, { message, fields }: Kept): Error {
  const told = withoutSecrets(message ?? 'the message of the driver is left out, because it may quote values').slice(0, longestMessage)
  const cause = new Error(told)
  Object.defineProperty(cause, 'name', { value: error.name, configurable: true })
  Object.defineProperty(cause, 'stack', { value: [`${error.name}: ${told}`, ...stackFrames(error)].join('\n'), configurable: true })
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) Reflect.set(cause, name, value)
  return cause
}
