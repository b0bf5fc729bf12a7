import { ConversationStoreError } from '../../model/errors.js'
import type { Contact } from '../../model/records.js'
import type { ContactPatch, ContactTarget, WriteStamp } from '../../store/adapter.js'
import { nowOf } from '../clock.js'
import { columns } from '../columns.js'
import { contactId } from '../contact-target.js'
import type { PostgresContext } from '../context.js'
import { forgottenSince, rememberedOutcome, unseen, withMark } from '../operation-marks.js'
import { flag } from '../readers.js'
import { contactRow, toContact } from '../rows/contact.js'
import { type Fragment, join, nothing, raw, sql } from '../sql.js'

type UpdateContact = WriteStamp & ContactTarget & { readonly patch: ContactPatch }
const markRow = columns({ forgotten: flag, missed: flag })

/**
 * Patches a contact. A name that is set here counts as given by a person and outranks the channel's name. One
 * statement. Throws NOT_FOUND.
 */
export async function updateContact(context: PostgresContext, input: UpdateContact): Promise<Contact> {
  const [row] = await context.write(updateStatement(context, input), input)
  if (row === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'contact' })
  const found = markRow.of(row)
  if (flag(found.forgotten)) throw new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId: input.operationId })
  if (flag(found.missed)) throw new ConversationStoreError('CONTENTION', { attempts: 1 })
  return toContact(row)
}

// The statement also returns a contact that it did not change, so it needs no second read to explain itself. A contact
// is read under its lock, because another call may have merged it into another one before this got the lock.
function updateStatement(context: PostgresContext, input: UpdateContact): Fragment {
  const { tables } = context
  const { accountId, operationId, firstSentAt } = input
  const assignments = assignmentsOf(input.patch)
  const differs = assignments.map(({ column, value }) => sql`held.${column} is distinct from ${value}`)
  const gone = forgottenSince(raw('held.operations'), firstSentAt)
  return sql`with target as materialized (select ${contactId(context, accountId, input)}::text as id),
held as materialized (
  select h.* from ${tables.contacts} h
   where h.account_id = ${accountId} and h.id = (select id from target) for no key update
),
changed as (
  update ${tables.contacts} p
     set updated_at = ${nowOf(input)}, operations = ${withMark(raw('p.operations'), operationId, raw("'updated'"))}
         ${
           assignments.length === 0
             ? nothing
             : sql`, ${join(
                 assignments.map(({ column, value }) => sql`${column} = ${value}`),
                 ', ',
               )}`
         }
    from held
   where p.account_id = ${accountId} and p.id = held.id and held.merged_into is null
     and ${unseen(raw('held.operations'), operationId)} and not ${gone}
     and (${differs.length === 0 ? raw('false') : join(differs, ' or ')})
  returning ${contactRow.list('p')}
)
select changed.*, false as forgotten, false as missed from changed
union all
select ${contactRow.list('held')}, ${rememberedOutcome(raw('held.operations'), operationId)} is null and ${gone}, held.merged_into is not null
from held where not exists (select from changed)`
}

function assignmentsOf({ name, metadata }: ContactPatch): readonly { readonly column: Fragment; readonly value: Fragment }[] {
  const assignments: { column: Fragment; value: Fragment }[] = []
  if (name !== undefined) {
    assignments.push({ column: raw('name'), value: sql`${name}::text` })
    assignments.push({ column: raw('name_source'), value: raw(name === null ? 'null::text' : "'person'") })
  }
  if (metadata !== undefined)
    assignments.push({ column: raw('metadata'), value: sql`${metadata === null ? null : JSON.stringify(metadata)}::jsonb` })
  return assignments
}
