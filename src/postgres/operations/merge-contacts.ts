import { ConversationStoreError } from '../../model/errors.js'
import type { ContactMerge, ContactMergeResult, WriteStamp } from '../../store/adapter.js'
import { boundTimeOrNull } from '../clock.js'
import { columns } from '../columns.js'
import { namedContactId } from '../contact-target.js'
import type { PostgresContext } from '../context.js'
import { text, textOrNull } from '../readers.js'
import { contactRow, toContact } from '../rows/contact.js'
import { sql } from '../sql.js'

const mergeRow = columns({ outcome: text, other_id: textOrNull })

/** Makes one contact of two. One statement. Throws NOT_FOUND, MERGE_REFUSED. */
export async function mergeContacts(context: PostgresContext, input: WriteStamp & ContactMerge): Promise<ContactMergeResult> {
  const { accountId, operationId, keep, lose } = input
  const [row] = await context.write(
    sql`select r.outcome, r.other_id, ${contactRow.list('(r.contact)')} from ${context.fn('merge_contacts')}(
      ${accountId}::text, ${namedContactId(context, accountId, keep)}, ${namedContactId(context, accountId, lose)},
      ${operationId}::text, ${boundTimeOrNull(input.now)}) r`,
    input,
  )
  if (row === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'contact' })
  const found = mergeRow.of(row)
  const outcome = text(found.outcome)
  const mergeId = textOrNull(found.other_id) ?? operationId
  if (outcome === 'merged' || outcome === 'unchanged') return { outcome, mergeId, contact: toContact(row) }
  throw new ConversationStoreError('MERGE_REFUSED', { reason: 'same contact', mergeId: null })
}
