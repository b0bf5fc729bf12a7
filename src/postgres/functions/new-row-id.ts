import { idDigits } from '../../model/ids.js'
import { literal } from '../literal.js'
import { expressionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

/** The digits of base 64 as `encode` writes them. */
const encodedDigits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/**
 * Ids for callers that send none. As in those of src/model/ids.ts, the first 44 bits are the time, so that both sort
 * together. The other 84 are chance.
 */
export function newRowId(): SqlFunction {
  return {
    name: 'new_row_id',
    parameters: '',
    returns: 'text',
    attributes: `language sql volatile ${expressionSettings}`,
    body: `
  select translate(substr(encode(int8send(t << 20 | ('x' || substr(r, 1, 5))::bit(20)::integer) || decode(substr(r, 17), 'hex'), 'base64'), 1, 22),
    ${literal(encodedDigits)}, ${literal(idDigits)})
  from (select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as t,
               md5(random()::text || clock_timestamp()::text || pg_backend_pid()::text) as r) as parts
`,
  }
}
