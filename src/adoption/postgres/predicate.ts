import type { PostgresDriver } from '../../postgres/drivers.js'
import { quote } from '../../postgres/names.js'
import type { ClosedTable } from '../closed-tables.js'
import { columnTypes } from './column-types.js'
import { literal } from './conditions.js'

/**
 * The condition of the partial indexes as the server prints it, which is how Prisma compares it. It is the same for all
 * of them. Types that the server casts first, such as `varchar`, are printed with their cast.
 */
export async function predicateOf(driver: PostgresDriver, { schema, name, status, active }: ClosedTable): Promise<string> {
  const type = (await columnTypes(driver, schema, name, [status]))(status)
  const isVarchar = /^character varying/.test(type)
  const column = /^[a-z_][a-z0-9_]*$/.test(status) ? status : quote(status)
  const left = isVarchar ? `(${column})::text` : column
  const [only, ...more] = active
  if (only !== undefined && more.length === 0) return `(${left} = ${literal(only)}::${isVarchar ? 'text' : type})`
  const values = `ARRAY[${active.map((each) => `${literal(each)}::${isVarchar ? 'character varying' : type}`).join(', ')}]`
  return `(${left} = ANY (${isVarchar ? `(${values})::text[]` : values}))`
}
