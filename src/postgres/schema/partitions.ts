import { ConversationStoreError } from '../../model/errors.js'
import type { Names, TableName } from '../names.js'

const accountTables: readonly TableName[] = [
  'inboxes',
  'contacts',
  'contact_inboxes',
  'conversations',
  'messages',
  'contact_interaction_events',
]

/** The same tables as hash partitions by account. Every key leads with the account, so nothing else of them changes. */
export function partitionedSql({ tables, fn }: Names, statements: readonly string[], partitions: number | null): readonly string[] {
  if (partitions === null) return statements
  return statements.flatMap((statement) => {
    const table = accountTables.find((name) => statement.startsWith(`create table ${tables[name]} (`))
    if (table === undefined) return [statement]
    // The rows, and how they are stored, are the partitions' own.
    const storage = / with \([^)]*\)$/.exec(statement)?.[0] ?? ''
    const parts = Array.from(
      { length: partitions },
      (_, n) =>
        `create table ${fn(`${table}_p${n}`)} partition of ${tables[table]} for values with (modulus ${partitions}, remainder ${n})${storage}`,
    )
    return [`${statement.slice(0, statement.length - storage.length)} partition by hash (account_id)`, ...parts]
  })
}

/** Throws VALIDATION_FAILED unless it is a number of partitions, or left out. */
export function requirePartitions(partitions: number | undefined): number | null {
  if (partitions === undefined) return null
  if (Number.isInteger(partitions) && partitions >= 2 && partitions <= 1024) return partitions
  throw new ConversationStoreError('VALIDATION_FAILED', {
    issues: [{ path: 'partitions', message: 'must be a whole number from 2 to 1024' }],
  })
}
