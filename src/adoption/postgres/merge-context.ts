import type { PostgresDriver } from '../../postgres/drivers.js'
import type { MergeTables } from '../merge-tables.js'
import type { PrimaryKey } from './primary-key.js'

export interface MergeContext {
  readonly driver: PostgresDriver
  readonly tables: MergeTables
  readonly key: PrimaryKey
  /** The types of the columns of the key. */
  readonly keyTypes: readonly string[]
  /** Null if the host keeps no messages. */
  readonly messageKey: PrimaryKey | null
  /** The column with the name of the customer. Null if there is none. */
  readonly nameColumn: string | null
  /** The column of a conversation by which messages name it. */
  readonly reference: { readonly column: string; readonly type: string }
  /** The type of the column in which messages name their conversation. */
  readonly referenceType: string
  /** The archive, as SQL names it. */
  readonly archive: string
}
