import { notSent } from '../model/planning/sync-sessions.js'
import { statementTimeOf } from './clock.js'
import type { PostgresContext } from './context.js'
import { type Fragment, sql } from './sql.js'

/** The update that ends the pushed sessions of which the channel has said nothing until their deadline. */
export function endedSessions(
  { tables }: Pick<PostgresContext, 'tables'>,
  input: { readonly accountId: string; readonly now: Date | null },
): Fragment {
  const now = statementTimeOf(input)
  return sql`update ${tables.sync_state} s set status = 'failed', last_error_code = ${notSent.code}, last_error = ${notSent.message},
    updated_at = ${now}, finished_at = ${now}, deadline_at = null
  where s.account_id = ${input.accountId} and s.deadline_at <= ${now}`
}
