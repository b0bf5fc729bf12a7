import { ConversationStoreError } from '../../model/errors.js'
import type { StepNames } from './schema-step.js'

/** A table as a step makes it. */
export interface NewTable {
  readonly name: string
  /** Columns and constraints: the text between the parentheses. */
  readonly columns: string
  /** How its rows are stored: the text after `with`. */
  readonly storage?: string
}

/**
 * The statements that create a table. A table of the accounts is made of `partitions` hash partitions by account, or is
 * a plain one for null. Every key leads with the account, so nothing else about the table changes.
 */
export function createTableSql({ fn }: Pick<StepNames, 'fn'>, table: NewTable, partitions: number | null): readonly string[] {
  const create = `create table ${fn(table.name)} (\n${table.columns}\n)`
  const storage = table.storage === undefined ? '' : ` with ${table.storage}`
  if (partitions === null) return [`${create}${storage}`]
  // Only the partitions hold rows, so the storage parameters belong to them.
  const parts = Array.from(
    { length: partitions },
    (_, n) =>
      `create table ${fn(`${table.name}_p${n}`)} partition of ${fn(table.name)} for values with (modulus ${partitions}, remainder ${n})${storage}`,
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
