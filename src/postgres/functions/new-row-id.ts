import { expressionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/** Ids for callers that send none. They have the layout of UUIDv7, so that they sort by time like the library's ids. */
export function newRowId(): SqlFunction {
  return {
    name: 'new_row_id',
    parameters: '',
    returns: 'text',
    attributes: `language sql volatile ${expressionSettings}`,
    body: `
  select substr(t, 1, 8) || '-' || substr(t, 9, 4) || '-7' || substr(r, 1, 3) || '-8' || substr(r, 4, 3) || '-' || substr(r, 7, 12)
  from (select lpad(to_hex(floor(extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') as t,
               md5(random()::text || clock_timestamp()::text || pg_backend_pid()::text) as r) as parts
`,
  }
}
