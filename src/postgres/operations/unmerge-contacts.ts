import { ConversationStoreError } from '../../model/errors.js'
import type { ContactUnmergeResult, WriteStamp } from '../../store/adapter.js'
import { boundTimeOrNull } from '../clock.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { text, textOrNull } from '../readers.js'
import { contactRow, toContact } from '../rows/contact.js'
import { sql } from '../sql.js'

const unmergeRow = columns({ outcome: text, other_id: textOrNull })

/** Undoes a merge of contacts. One statement, whose rows are the kept and the restored contact. */
export async function unmergeContacts(
  context: PostgresContext,
  input: WriteStamp & { readonly mergeId: string },
): Promise<ContactUnmergeResult> {
  const { accountId, operationId, mergeId } = input
  const [kept, restored] = await context.write(
    sql`select r.outcome, r.other_id, ${contactRow.list('(r.contact)')} from ${context.fn('unmerge_contacts')}(
      ${accountId}::text, ${mergeId}::text, ${operationId}::text, ${boundTimeOrNull(input.now)}) r`,
    input,
  )
  if (kept === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'merge' })
  const found = unmergeRow.of(kept)
  const outcome = text(found.outcome)
  if (restored !== undefined && (outcome === 'unmerged' || outcome === 'unchanged')) {
    return { outcome, kept: toContact(kept), restored: toContact(restored) }
  }
  const reason = outcome === 'joined since' ? outcome : 'not the last'
  throw new ConversationStoreError('MERGE_REFUSED', { reason, mergeId: reason === 'not the last' ? textOrNull(found.other_id) : null })
}
