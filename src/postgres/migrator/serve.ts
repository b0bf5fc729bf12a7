import { refusal } from '../../model/validation/refusal.js'
import { columns } from '../columns.js'
import { functionsOf } from '../functions/functions.js'
import type { Names } from '../names.js'
import { flag } from '../readers.js'
import { serveSql } from '../schema/rights.js'
import { compile, sql } from '../sql.js'
import { translateError } from '../translate-error.js'
import { ensureLedger } from './ledger-table.js'
import type { RunLock } from './run-lock.js'

const thereRow = columns({ there: flag })

/**
 * Grants roles what they need to serve the store of a schema, all of them or none. Throws VALIDATION_FAILED,
 * UNSUPPORTED.
 */
export async function serve(lock: RunLock, names: Names, roles: readonly string[]): Promise<void> {
  const functions = functionsOf(names).map(({ name }) => name)
  await ensureLedger(lock, names)
  await lock.atomically(async () => {
    for (const [index, role] of roles.entries()) {
      const [row = {}] = await lock.connection.run(
        compile(sql`select exists (select from pg_catalog.pg_roles where rolname = ${role}) as there`),
      )
      if (!flag(thereRow.of(row).there)) throw refusal(['servingRoles', index], 'is no role of this server')
      await lock.connection.script(serveSql(names, role, functions)).catch((error: unknown) => {
        throw translateError(error, { operationId: null, inTransaction: true })
      })
    }
  })
}
