import { columns, type Row } from '../columns.js'
import { quote } from '../names.js'
import { text } from '../readers.js'
import { compile, type Statement, sql } from '../sql.js'

/**
 * The schema is the only one on the path. A name that it lacks is then an error, where the public schema on the path
 * would let each tenant's run change the public table of that name.
 */
export function searchPathSql(schema: string, range: 'local' | 'session'): string {
  return `set ${range} search_path to ${quote(schema)}`
}

// The host's pool may have set them for the connection, and `reset` would take that back.
export const readSettings =
  compile(sql`select current_setting('search_path') as search_path, current_setting('statement_timeout') as statement_timeout,
  current_setting('lock_timeout') as lock_timeout`)

const settingsRow = columns({ search_path: text, statement_timeout: text, lock_timeout: text })

/** Puts the settings of the session back that a run has changed. */
export function restoreSettings(before: Row): Statement {
  const { search_path, statement_timeout, lock_timeout } = settingsRow.of(before)
  return compile(sql`select set_config('search_path', ${text(search_path)}::text, false), set_config('statement_timeout', ${text(statement_timeout)}::text, false),
  set_config('lock_timeout', ${text(lock_timeout)}::text, false)`)
}
