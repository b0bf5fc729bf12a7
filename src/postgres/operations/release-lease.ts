import type { ReleaseLease, WriteStamp } from '../../store/adapter.js'
import type { PostgresContext } from '../context.js'
import { sql } from '../sql.js'

/** Deletes the lease if it is this token's. Its last token stands elsewhere. One statement. */
export async function releaseLease(context: PostgresContext, input: WriteStamp & ReleaseLease): Promise<void> {
  const { accountId, kind, key, token } = input
  await context.write(sql`select ${context.fn('release_lease')}(${accountId}::text, ${kind}::text, ${key}::text, ${token}::bigint)`, input)
}
