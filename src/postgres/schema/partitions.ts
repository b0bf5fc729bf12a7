import { ConversationStoreError } from '../../model/errors.js'
import type { Names } from '../names.js'
import type { Table } from './tables.js'

/**
 * Makes a table; one of the accounts' as so many hash partitions by account. Every key leads with the account, so
 * nothing else of it changes.
 */
export function createTableSql({ tables, fn }: Names, table: Table, partitions: number | null): readonly string[] {
  const { name, definition, isOfAccounts } = table
  const create = `create table ${tables[name]} (\n${definition}\n)`
  const storage = table.storage === undefined ? '' : ` with ${table.storage}`
  if (partitions === null || !isOfAccounts) return [`${create}${storage}`]
  // The rows, and how they are stored, are the partitions' own.
  const parts = Array.from(
    { length: partitions },
    (_, n) =>
      `create table ${fn(`${name}_p${n}`)} partition of ${tables[name]} for values with (modulus ${partitions}, remainder ${n})${storage}`,
  )
  return [`${create} partition by hash (account_id)`, ...parts]
}

/** Throws VALIDATION_FAILED unless it is a number of partitions, or left out. */
export function requirePartitions(partitions: number | undefined): number | null {
  if (partitions === undefined) return null
  if (Number.isInteger(partitions) && partitions >= 2 && partitions <= 1024) return partitions
  throw new ConversationStoreError('VALIDATION_FAILED', {
    issues: [{ path: 'partitions', message: 'must be a whole number from 2 to 1024' }],
  })
}
