import { ConversationStoreError } from '../../../model/errors.js'
import { quote } from '../../names.js'
import type { PostgresIndex } from '../migration.js'

/** PostgreSQL cuts what is longer, silently, and two names could meet. */
const longestIdentifier = 63

export interface CreateIndexForm {
  readonly concurrently: boolean
  /** Only on the partitioned table itself, not on its partitions. */
  readonly only?: boolean
}

/** Never `if not exists`: that takes the dead leftover of a failed build for the index. */
export function createIndexSql(schema: string, index: PostgresIndex, { concurrently, only = false }: CreateIndexForm): string {
  requireName(index.name)
  const words = ['create', ...(index.unique ? ['unique'] : []), 'index', ...(concurrently ? ['concurrently'] : []), quote(index.name)]
  const where = index.where === undefined ? '' : ` where ${index.where}`
  return `${words.join(' ')} on ${only ? 'only ' : ''}${qualified(schema, index.table)} (${index.columns})${where}`
}

export function dropIndexSql(schema: string, name: string, { concurrently }: { readonly concurrently: boolean }): string {
  return `drop index ${concurrently ? 'concurrently ' : ''}${qualified(schema, name)}`
}

export function renameIndexSql(schema: string, from: string, to: string): string {
  requireName(to)
  return `alter index ${qualified(schema, from)} rename to ${quote(to)}`
}

export function attachIndexSql(parent: QualifiedName, child: QualifiedName): string {
  return `alter index ${qualified(parent.schema, parent.name)} attach partition ${qualified(child.schema, child.name)}`
}

export interface QualifiedName {
  readonly schema: string
  readonly name: string
}

export function qualified(schema: string, name: string): string {
  return `${quote(schema)}.${quote(name)}`
}

/** The name under which a differing index's successor is built, until the old one is dropped. */
export function replacementName(name: string): string {
  return suffixed(name, 'next')
}

/** `name_suffix`, cut to what PostgreSQL holds in such a way that the end is kept. */
export function suffixed(name: string, suffix: string): string {
  let start = name
  while (Buffer.byteLength(`${start}_${suffix}`) > longestIdentifier) start = [...start].slice(0, -1).join('')
  return `${start}_${suffix}`
}

function requireName(name: string): void {
  const bytes = Buffer.byteLength(name)
  if (bytes > 0 && bytes <= longestIdentifier) return
  throw new ConversationStoreError('VALIDATION_FAILED', {
    issues: [{ path: 'indexes.name', message: `must have 1 to ${longestIdentifier} bytes` }],
  })
}
