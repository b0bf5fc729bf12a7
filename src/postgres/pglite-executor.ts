import { requireNotAborted } from '../model/abort.js'
import type { Row } from './columns.js'
import type { Pglite, PgliteTransaction } from './drivers.js'
import type { Executor } from './executor.js'
import type { Statement } from './sql.js'

// PGlite identifies types by oid. These are bool, name, bigint, smallint, integer, text, oid, json and jsonb, and all
// of them stay text, whatever parsers the host has set.
const asText = Object.fromEntries([16, 19, 20, 21, 23, 25, 26, 114, 3802].map((oid) => [oid, (text: string) => text]))
const asGiven = Object.fromEntries([16, 20, 21, 23, 25, 114, 1184, 3802].map((oid) => [oid, String]))
const options = { parsers: asText, serializers: asGiven }

/** Runs statements on a PGlite instance, which runs one statement at a time in this process. */
export function createPgliteExecutor(pglite: Pglite): Executor {
  return {
    inTransaction: false,
    async run(statement, signal) {
      requireNotAborted(signal)
      const rows = await queryPglite(pglite, statement)
      requireNotAborted(signal)
      return rows
    },
    transact: (work) =>
      pglite.transaction((transaction) => {
        const inner: Executor = {
          inTransaction: true,
          run: (statement) => queryPglite(transaction, statement),
          transact: (nested) => nested(inner),
        }
        return work(inner)
      }),
  }
}

export async function queryPglite(pglite: PgliteTransaction, { text, values }: Statement): Promise<readonly Row[]> {
  const { rows } = await pglite.query(text, [...values], options)
  return rows as readonly Row[]
}
