import { ConversationStoreError } from '../../model/errors.js'
import { contactMergeOf, holdContact } from '../../model/planning/contact-merges.js'
import { keptContact } from '../../model/planning/people.js'
import type { ContactRow, MergeLinks } from '../../model/planning/rows.js'
import { toContact } from '../../model/planning/to-records.js'
import type { ContactMerge, ContactMergeResult, WriteStamp } from '../../store/adapter.js'
import type { MemoryAccount } from '../account.js'
import type { MemoryDatabase } from '../database.js'
import { namedContactId } from '../targets.js'
import { stampOf } from '../write-stamp.js'

/** Makes one contact of two. A call that is sent again finds the merge by its operation. */
export function mergeContacts(database: MemoryDatabase, input: WriteStamp & ContactMerge): ContactMergeResult {
  const account = database.account(input.accountId)
  const { contactMerges, world } = account
  return account.write(() => {
    const { operationId: mergeId, now } = stampOf(input)
    const done = contactMerges.rows.get(mergeId)
    if (done) return { outcome: 'merged', mergeId, contact: toContact(required(done.keptId)) }
    const lostId = namedContactId(world, input.lose)
    const [kept, lost] = [required(namedContactId(world, input.keep)), required(lostId)]
    if (kept.id === lost.id) {
      const before = contactMerges.of(lostId ?? '')
      if (before) return { outcome: 'unchanged', mergeId: before.id, contact: toContact(kept) }
      throw new ConversationStoreError('MERGE_REFUSED', { reason: 'same contact', mergeId: null })
    }
    return { outcome: 'merged', mergeId, contact: toContact(merge(account, { mergeId, now }, kept, lost)) }
  })

  function required(id: string | null) {
    const row = id === null ? null : keptContact(world, id)
    if (row === null) throw new ConversationStoreError('NOT_FOUND', { what: 'contact' })
    return row
  }
}

interface Merging {
  readonly mergeId: string
  readonly now: Date
}

function merge({ contactMerges, people, world }: MemoryAccount, { mergeId, now }: Merging, kept: ContactRow, lost: ContactRow): ContactRow {
  const movedIds = people.contactsMergedInto(lost.id).map(({ id }) => id)
  const place = (contactMerges.lastInto(kept.id)?.place ?? 0) + 1
  contactMerges.put(contactMergeOf(kept, lost, { mergeId, now, place, movedIds }))
  return holdContact(world, kept, lost, now)
}

/** Merges the contacts of two customers who become one person, unless they have one already. Returns whether it did. */
export function joinContactsOf(account: MemoryAccount, merging: Merging, { kept, lost }: Pick<MergeLinks, 'kept' | 'lost'>): boolean {
  const [own, other] = [kept, lost].map(({ contactId }) => (contactId === null ? null : keptContact(account.world, contactId)))
  if (!own || !other || own.id === other.id) return false
  merge(account, merging, own, other)
  return true
}
