import type { Patch } from '../store/adapter.js'
import { type Fragment, join, raw, sql } from './sql.js'

/** A column of a conversation, `c` in the statement, that a patch gives a value. */
interface PatchedField {
  readonly name: Fragment
  readonly column: Fragment
  readonly value: Fragment
}

// Only the fields given stand in the statement: its texts are as many as the combinations that a host uses.
export function patchedFields(patch: Patch): readonly PatchedField[] {
  const texts = [
    ['nickname', patch.nickname],
    ['customer_name', patch.customerName],
    ['customer_username', patch.customerUsername],
    ['chatbot_id', patch.chatbotId],
  ] as const
  const fields = texts.flatMap(([name, value]) => (value === undefined ? [] : [field(name, sql`${value}::text`)]))
  if (patch.metadata === undefined) return fields
  return [...fields, field('metadata', sql`${patch.metadata === null ? null : JSON.stringify(patch.metadata)}::jsonb`)]
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
