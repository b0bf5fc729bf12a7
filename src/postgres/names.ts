import { ConversationStoreError } from '../model/errors.js'

export const tableNames = [
  'inboxes',
  'inbox_owners',
  'contacts',
  'contact_inboxes',
  'conversations',
  'messages',
  'contact_interaction_events',
  'conversation_merges',
  'contact_merges',
  'leases',
  'lease_tokens',
  'webhook_journal',
  'sync_state',
  'inbox_migrations',
  'conversation_store_migrations',
] as const
export type TableName = (typeof tableNames)[number]

/** The views, which are for whoever operates the store. The library reads none of them. */
export const viewNames = ['sync_locks', 'active_syncs', 'sync_statistics'] as const

/** The identifiers of one store, quoted and qualified. Only this module writes identifiers into SQL. */
export interface Names {
  readonly schema: string
  readonly prefix: string
  /** The schema as a quoted identifier. */
  readonly quotedSchema: string
  readonly tables: Readonly<Record<TableName, string>>
  /** The qualified name of one of the store's functions. */
  fn(name: string): string
  /**
   * The name of one of the store's indexes or constraints. It is unqualified, because PostgreSQL puts an index into the
   * schema of its table.
   */
  index(name: string): string
}

// PostgreSQL silently cuts identifiers that are longer than 63 bytes, and then the names of two long prefixes could be
// the same. The store's longest name has 45 bytes.
const longestPrefix = 63 - 45

/** Throws VALIDATION_FAILED for a schema or prefix that PostgreSQL would cut or can't store. */
export function createNames(options: { readonly schema?: string | undefined; readonly tablePrefix?: string | undefined }): Names {
  const schema = options.schema ?? 'public'
  const prefix = options.tablePrefix ?? ''
  requireIdentifier('schema', schema, 1, 63)
  requireIdentifier('tablePrefix', prefix, 0, longestPrefix)
  const quotedSchema = quote(schema)
  const qualified = (name: string) => `${quotedSchema}.${quote(prefix + name)}`
  return {
    schema,
    prefix,
    quotedSchema,
    tables: Object.fromEntries(tableNames.map((name) => [name, qualified(name)])) as Record<TableName, string>,
    fn: qualified,
    index: (name) => quote(prefix + name),
  }
}

function requireIdentifier(option: string, value: unknown, least: number, most: number): void {
  const bytes = typeof value === 'string' ? Buffer.byteLength(value) : -1
  // The text `$fn$` in a name would end the body of a function early.
  const held = typeof value === 'string' && !value.includes('\u0000') && !/\p{Surrogate}|\$fn\$/u.test(value)
  if (!held || bytes < least || bytes > most)
    throw new ConversationStoreError('VALIDATION_FAILED', {
      issues: [{ path: option, message: `must be a string of ${least} to ${most} bytes without U+0000 and $fn$` }],
    })
}

export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`
}
