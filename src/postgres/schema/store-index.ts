import type { PostgresIndex } from '../migrator/migration.js'
import type { TableName } from '../names.js'

/** An index of a table of the store, without the store's prefix. */
export interface StoreIndex extends PostgresIndex {
  readonly table: TableName
  readonly serves: string
}
