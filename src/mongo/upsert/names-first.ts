import { compositeKey } from '../../model/composite-key.js'
import type { RowChanges } from './row-table.js'

interface Named {
  readonly id: string
  readonly oaId: string
  readonly customerId: string
  /** Only on conversations, of which a closed one does not hold the id of its customer. */
  readonly status?: string
}

export interface TableChanges<Row> extends RowChanges<Row> {
  /** The rows that give up the id of their customer, which another row gets in the same transaction. */
  readonly freeing?: readonly Row[]
}

/**
 * Orders changes so that no unique index refuses one that another one makes room for, because the server looks at the
 * index with every single update. What closes comes first, since it frees an id and a username. Rows that swap their
 * ids give them up before any of them gets its new one.
 */
export function namesFirst<Row extends Named>({ inserted, updated, deleted }: RowChanges<Row>): TableChanges<Row> {
  const renamed = updated.filter(({ before, row }) => before.customerId !== row.customerId)
  const taken = new Set(renamed.flatMap(({ row }) => nameOf(row) ?? []))
  const givingUp = renamed.filter(({ before }) => taken.has(nameOf(before) ?? ''))
  return {
    inserted,
    updated: [...updated.filter(({ row }) => row.status === 'closed'), ...updated.filter(({ row }) => row.status !== 'closed')],
    deleted,
    freeing: givingUp.map(({ before }) => before),
  }
}

function nameOf({ oaId, customerId, status }: Named): string | null {
  return status === 'closed' ? null : compositeKey(oaId, customerId)
}
