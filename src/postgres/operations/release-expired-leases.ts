import type { ReleaseExpiredLeases } from '../../store/adapter.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { integer } from '../readers.js'
import { sql } from '../sql.js'

const releasedRow = columns({ released: integer })

/** Deletes the leases of all accounts whose time is over. Their last tokens stand elsewhere. One statement. */
export async function releaseExpiredLeases(context: PostgresContext, input: ReleaseExpiredLeases): Promise<number> {
  const [row = {}] = await context.write(sql`select ${context.fn('release_expired_leases')}(${input.kind}::text) as released`, input)
  return integer(releasedRow.of(row).released)
}
