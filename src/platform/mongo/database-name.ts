import { ConversationStoreError } from '../../model/errors.js'

const longestBytes = 63
/** The databases that belong to the server itself. */
const reserved: ReadonlySet<string> = new Set(['admin', 'config', 'local'])

/**
 * Throws VALIDATION_FAILED for a name that the server can't hold, or that belongs to the server itself. The error does
 * not repeat the name, because it may be any text from outside.
 */
export function requireDatabaseName(name: unknown, path: string): asserts name is string {
  const message = faultOf(name)
  if (message !== null) throw new ConversationStoreError('VALIDATION_FAILED', { issues: [{ path, message }] })
}

/**
 * Throws VALIDATION_FAILED for what `requireDatabaseName` refuses and for the name of the public database, because a
 * tenant needs a database of its own. The server compares names without regard to case.
 */
export function requireTenantDatabase(name: unknown, publicDatabase: string): asserts name is string {
  requireDatabaseName(name, 'database')
  if (name.toLowerCase() === publicDatabase.toLowerCase()) {
    throw new ConversationStoreError('VALIDATION_FAILED', { issues: [{ path: 'database', message: "must not be the public database's" }] })
  }
}

function faultOf(name: unknown): string | null {
  if (typeof name !== 'string' || name === '') return 'must be the name of a database'
  if (Buffer.byteLength(name) > longestBytes) return `must have at most ${longestBytes} bytes`
  // These are the characters that some server refuses, on one operating system or another, and those that people can't
  // see in a name.
  if (/[/\\. "$*<>:|?\p{C}\p{Z}]/u.test(name)) return 'must have no blanks, control characters, or any of / \\ . " $ * < > : | ?'
  return reserved.has(name.toLowerCase()) ? "must not be one of the server's own" : null
}
