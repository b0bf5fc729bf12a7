import type { Change, Patch, UpdateConversation } from '../../store/adapter.js'
import { changeConversation } from '../change-conversation.js'
import { nowOf } from '../clock.js'
import type { PostgresContext } from '../context.js'
import { flag } from '../rows.js'
import { type Fragment, join, nothing, raw, sql } from '../sql.js'

/** Patches a conversation, and names its contact. One statement. Throws NOT_FOUND, VERSION_CONFLICT. */
export function updateConversation(context: PostgresContext, input: UpdateConversation): Promise<Change> {
  const fields = patchedFields(input.patch)
  const differs =
    fields.length === 0
      ? raw('false')
      : sql`(${join(
          fields.map(({ column, value }) => sql`${column} is distinct from ${value}`),
          ' or ',
        )})`
  return changeConversation(context, input, {
    meant: 'active',
    outcome: 'updated',
    set:
      fields.length === 0
        ? raw('nickname = c.nickname')
        : join(
            fields.map(({ name, value }) => sql`${name} = ${value}`),
            ', ',
          ),
    guard: differs,
    reasons: { differs },
    refusal: (_, row) => (flag(row.differs) ? null : 'unchanged'),
    also: typeof input.patch.customerName === 'string' ? namedContact(context, input, input.patch.customerName) : nothing,
  })
}

interface PatchedField {
  readonly name: Fragment
  readonly column: Fragment
  readonly value: Fragment
}

// Only the fields given stand in the statement: its texts are as many as the combinations that a host uses.
function patchedFields(patch: Patch): readonly PatchedField[] {
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

function field(name: string, value: Fragment): PatchedField {
  return { name: raw(name), column: raw(`c.${name}`), value }
}

/** The channel's name for the customer becomes the contact's, unless a person typed one: also where the conversation has it already. */
function namedContact({ tables }: PostgresContext, input: UpdateConversation, name: string): Fragment {
  const { accountId, expectedVersion } = input
  return sql`,
named as (
  update ${tables.contacts} p set name = ${name}::text, name_source = 'channel', updated_at = ${nowOf(input)}
   where p.account_id = ${accountId} and p.name_source is distinct from 'person'
     and p.name is distinct from ${name}::text
     and p.id = (select contact_id from changed union all
       select contact_id from missed where remembered is null and not forgotten and not differs
         ${expectedVersion === null ? nothing : sql`and version = ${expectedVersion}::integer`})
)`
}
