import { columns } from '../columns.js'
import { isPglite, type PostgresDriver } from '../drivers.js'
import { text } from '../readers.js'
import { compile, sql } from '../sql.js'
import { translateKnown } from '../translate-error.js'
import { openConnection, type RunConnection } from './connection.js'
import { isDirect } from './pooler.js'

const usual = compile(sql`select current_setting('default_transaction_read_only') as usual`)
const usualRow = columns({ usual: text })

/**
 * Runs `work` in a transaction in which the server refuses every write, and keeps nothing of it. Code that ends the
 * transaction still can't write, because every further one of the session is read-only too. Behind a pooler the session
 * is somebody else's a moment later, and stays as it is.
 */
export async function readOnly<T>(driver: PostgresDriver, work: (connection: RunConnection) => Promise<T>): Promise<T> {
  const connection = await openConnection(driver)
  let restore = async () => {}
  let isClean = true
  try {
    if (isPglite(driver) || (await isDirect(connection))) {
      const before = text(usualRow.of((await connection.run(usual))[0] ?? {}).usual)
      restore = () => connection.script(`set default_transaction_read_only to ${before}`)
      if (!isPglite(driver)) await connection.script('set default_transaction_read_only to on')
    }
    await connection.begin()
    // The embedded database has one session for all. It is read-only after the transaction only if the code commits it.
    await connection.script(`set transaction read only${isPglite(driver) ? '; set default_transaction_read_only to on' : ''}`)
    const result = await work(connection)
    await connection.rollback()
    return result
  } catch (error) {
    await connection.rollback().catch(() => {})
    throw translateKnown(error, { operationId: null, inTransaction: true })
  } finally {
    await restore().catch(() => {
      isClean = false
    })
    await connection.end(!isClean)
  }
}
