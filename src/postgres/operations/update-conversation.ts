import type { Change, UpdateConversation } from '../../store/adapter.js'
import { changeConversation } from '../change-conversation.js'
import { nowOf } from '../clock.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { assignments, differences, patchedFields } from '../patched-fields.js'
import { flag } from '../readers.js'
import { type Fragment, nothing, raw, sql } from '../sql.js'

const differsRow = columns({ differs: flag })

/** Patches a conversation, and names its contact. One statement. Throws NOT_FOUND, VERSION_CONFLICT. */
export function updateConversation(context: PostgresContext, input: UpdateConversation): Promise<Change> {
  const fields = patchedFields(input.patch)
  const differs = fields.length === 0 ? raw('false') : differences(fields)
  return changeConversation(context, input, {
    set: () => (fields.length === 0 ? raw('nickname = c.nickname') : assignments(fields)),
    isTimed: false,
    guard: differs,
    reasons: { differs },
    refusal: (_, row) => (flag(differsRow.of(row).differs) ? null : 'unchanged'),
    also: typeof input.patch.customerName === 'string' ? namedContact(context, input, input.patch.customerName) : nothing,
  })
}

/**
 * Gives the contact the channel's name for the customer, unless a person set the contact's name. This happens even if
 * the conversation already has the name.
 */
function namedContact({ tables }: PostgresContext, input: UpdateConversation, name: string): Fragment {
  const { accountId, expectedVersion } = input
  return sql`,
named as (
  update ${tables.contacts} p set name = ${name}::text, name_source = 'channel', updated_at = ${nowOf(input)}
   where p.account_id = ${accountId} and p.name_source is distinct from 'person'
     and p.name is distinct from ${name}::text
     and p.id = (select coalesce(m.merged_into, m.id) from ${tables.contacts} m where m.account_id = ${accountId} and m.id = (
       select contact_id from changed union all
       select contact_id from missed where remembered is null and not forgotten and not differs
         ${expectedVersion === null ? nothing : sql`and version = ${expectedVersion}::integer`}))
)`
}
