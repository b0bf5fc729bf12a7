import { ConversationStoreError } from '../../model/errors.js'

const longestBytes = 63
/** The server's own. */
const reserved: ReadonlySet<string> = new Set(['admin', 'config', 'local'])

/**
 * Throws VALIDATION_FAILED for a name that the server could not hold, or that is its own. The name is not repeated: it
 * is a stranger's text.
 */
export function requireDatabaseName(name: unknown, path: string): asserts name is string {
  const message = faultOf(name)
  if (message !== null) throw new ConversationStoreError('VALIDATION_FAILED', { issues: [{ path, message }] })
}

/** A tenant's is its own: not the public one either, whose name the server compares without regard to case. */
export function requireTenantDatabase(name: unknown, publicDatabase: string): asserts name is string {
  requireDatabaseName(name, 'database')
  if (name.toLowerCase() === publicDatabase.toLowerCase()) {
    throw new ConversationStoreError('VALIDATION_FAILED', { issues: [{ path: 'database', message: "must not be the public database's" }] })
  }
}

function faultOf(name: unknown): string | null {
  if (typeof name !== 'string' || name === '') return 'must be the name of a database'
  if (Buffer.byteLength(name) > longestBytes) return `must have at most ${longestBytes} bytes`
  // What no server takes, on whichever system it runs; and what no name that people can see has.
  if (/[/\\. "$*<>:|?\p{C}\p{Z}]/u.test(name)) return 'must have no blanks, control characters, or any of / \\ . " $ * < > : | ?'
  return reserved.has(name.toLowerCase()) ? "must not be one of the server's own" : null
}
