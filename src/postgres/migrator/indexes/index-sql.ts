import { ConversationStoreError } from '../../../model/errors.js'
import { quote } from '../../names.js'
import type { PostgresIndex } from '../migration.js'

/** The most bytes of a name. PostgreSQL silently cuts a longer one, and two cut names could be the same. */
const longestIdentifier = 63

export interface CreateIndexForm {
  readonly concurrently: boolean
  /** Whether it is made only on the partitioned table itself and not on its partitions. */
  readonly only?: boolean
}

/** The statement never says `if not exists`, which would accept the invalid leftover of a failed build as the index. */
export function createIndexSql(schema: string, index: PostgresIndex, { concurrently, only = false }: CreateIndexForm): string {
  requireName(index.name)
  const words = ['create', ...(index.unique ? ['unique'] : []), 'index', ...(concurrently ? ['concurrently'] : []), quote(index.name)]
  const method = index.method === undefined ? '' : `using ${quote(index.method.toLowerCase())} `
  const more = [
    ...(index.include === undefined ? [] : [`include (${index.include})`]),
    ...(index.nullsNotDistinct ? ['nulls not distinct'] : []),
    ...(index.with === undefined ? [] : [`with (${index.with})`]),
    ...(index.where === undefined ? [] : [`where ${index.where}`]),
  ]
  const table = `${only ? 'only ' : ''}${qualified(schema, index.table)}`
  return [...words, 'on', `${table} ${method}(${index.columns})`, ...more].join(' ')
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

/** The name under which the successor of a differing index is built, until the old index is dropped. */
export function replacementName(name: string): string {
  return suffixed(name, 'next')
}

/** `name_suffix`, with the start cut so that PostgreSQL keeps the whole name. */
export function suffixed(name: string, suffix: string): string {
  let start = name
  while (start !== '' && Buffer.byteLength(`${start}_${suffix}`) > longestIdentifier) start = [...start].slice(0, -1).join('')
  return `${start}_${suffix}`
}

function requireName(name: string): void {
  const bytes = Buffer.byteLength(name)
  if (bytes > 0 && bytes <= longestIdentifier) return
  throw new ConversationStoreError('VALIDATION_FAILED', {
    issues: [{ path: 'indexes.name', message: `must have 1 to ${longestIdentifier} bytes` }],
  })
}
