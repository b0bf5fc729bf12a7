import { ConversationStoreError } from '../../model/errors.js'
import type { Names } from '../names.js'
import type { Table } from './tables.js'

/**
 * The statements that create a table. A table of the accounts is made of `partitions` hash partitions by account, or is
 * a plain one for null. Every key leads with the account, so nothing else about the table changes.
 */
export function createTableSql({ tables, fn }: Names, table: Table, partitions: number | null): readonly string[] {
  const { name, definition, isOfAccounts } = table
  const create = `create table ${tables[name]} (\n${definition}\n)`
  const storage = table.storage === undefined ? '' : ` with ${table.storage}`
  if (partitions === null || !isOfAccounts) return [`${create}${storage}`]
  // Only the partitions hold rows, so the storage parameters belong to them.
  const parts = Array.from(
    { length: partitions },
    (_, n) =>
      `create table ${fn(`${name}_p${n}`)} partition of ${tables[name]} for values with (modulus ${partitions}, remainder ${n})${storage}`,
  )
  return [`${create} partition by hash (account_id)`, ...parts]
}

/** Throws VALIDATION_FAILED unless it is undefined or a whole number from 2 to 1024. Returns null for undefined. */
export function requirePartitions(partitions: number | undefined): number | null {
  if (partitions === undefined) return null
  if (Number.isInteger(partitions) && partitions >= 2 && partitions <= 1024) return partitions
  throw new ConversationStoreError('VALIDATION_FAILED', {
    issues: [{ path: 'partitions', message: 'must be a whole number from 2 to 1024' }],
  })
}
