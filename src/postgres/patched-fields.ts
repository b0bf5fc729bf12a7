import type { JsonObject } from '../model/json.js'
import type { Patch } from '../store/adapter.js'
import { type Fragment, join, raw, sql } from './sql.js'

/** A column to which a patch gives a value. The statement calls the conversation `c`. */
interface PatchedField {
  readonly name: Fragment
  readonly column: Fragment
  readonly value: Fragment
}

/** The columns that a patch can name. */
export const patchColumns = ['nickname', 'customer_name', 'customer_username', 'chatbot_id', 'metadata'] as const
export type PatchColumn = (typeof patchColumns)[number]

const keys = {
  nickname: 'nickname',
  customer_name: 'customerName',
  customer_username: 'customerUsername',
  chatbot_id: 'chatbotId',
  metadata: 'metadata',
} as const satisfies Readonly<Record<PatchColumn, keyof Patch>>

// The statement contains only the fields that are given, so there are as many statement texts as the host uses
// combinations of fields.
export function patchedFields(patch: Patch): readonly PatchedField[] {
  return patchColumns.flatMap((column) => {
    const value = patch[keys[column]]
    return value === undefined ? [] : [field(column, boundValue(column, value))]
  })
}

function boundValue(column: PatchColumn, value: string | JsonObject | null): Fragment {
  if (column === 'metadata') return sql`${value === null ? null : JSON.stringify(value)}::jsonb`
  return sql`${typeof value === 'string' ? value : null}::text`
}

export function assignments(fields: readonly PatchedField[]): Fragment {
  return join(
    fields.map(({ name, value }) => sql`${name} = ${value}`),
    ', ',
  )
}

export function differences(fields: readonly PatchedField[]): Fragment {
  const each = fields.map(({ column, value }) => sql`${column} is distinct from ${value}`)
  return sql`(${join(each, ' or ')})`
}

function field(name: string, value: Fragment): PatchedField {
  return { name: raw(name), column: raw(`c.${name}`), value }
}
