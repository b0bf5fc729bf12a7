import { ConversationStoreError, isConversationStoreError, type MergeRefusal } from '../../model/errors.js'
import { partedContacts, requireLastOfContact } from '../../model/planning/contact-merges.js'
import { keptContact } from '../../model/planning/people.js'
import type { ContactMergeRow, ContactRow } from '../../model/planning/rows.js'
import { toContact } from '../../model/planning/to-records.js'
import type { ContactUnmergeResult, WriteStamp } from '../../store/adapter.js'
import type { MemoryAccount } from '../account.js'
import type { MemoryDatabase } from '../database.js'
import { stampOf } from '../write-stamp.js'

/** Makes two contacts of one that was merged. */
export function unmergeContacts(database: MemoryDatabase, input: WriteStamp & { readonly mergeId: string }): ContactUnmergeResult {
  const account = database.account(input.accountId)
  const { contactMerges, world } = account
  return account.write(() => {
    const { operationId, now } = stampOf(input)
    const merge = contactMerges.rows.get(input.mergeId)
    if (merge === undefined) throw new ConversationStoreError('NOT_FOUND', { what: 'merge' })
    const { keptId, lostId } = merge
    if (merge.undoneAt !== null) {
      const outcome = merge.undoneBy === operationId ? 'unmerged' : 'unchanged'
      return answer(outcome, keptContact(world, keptId), keptContact(world, lostId))
    }
    const { kept, lost } = part(account, merge, { operationId, now })
    return answer('unmerged', kept, lost)
  })
}

function answer(outcome: ContactUnmergeResult['outcome'], kept: ContactRow | null, restored: ContactRow | null): ContactUnmergeResult {
  if (kept === null || restored === null) throw new ConversationStoreError('NOT_FOUND', { what: 'contact' })
  return { outcome, kept: toContact(kept), restored: toContact(restored) }
}

interface Parting {
  readonly operationId: string
  readonly now: Date
}

function part(
  { contactMerges, people, world }: MemoryAccount,
  merge: ContactMergeRow,
  { operationId, now }: Parting,
  reason?: MergeRefusal,
) {
  const { keptId, lostId, movedIds } = merge
  const [held, own] = [world.contact(keptId), world.contact(lostId)]
  if (held === null || own === null) throw new ConversationStoreError('NOT_FOUND', { what: 'contact' })
  requireLastOfContact(merge, held, { into: contactMerges.lastInto(keptId), of: contactMerges.of(keptId) }, reason)
  const parted = partedContacts(held, own, merge, now)
  people.putContact(parted.kept)
  people.putContact(parted.lost)
  for (const row of people.contactsMergedInto(keptId)) if (movedIds.includes(row.id)) people.putContact({ ...row, mergedInto: lostId })
  contactMerges.put({ ...merge, undoneAt: now, undoneBy: operationId })
  return parted
}

/** Parts the contacts that a merge of conversations has joined, if it has, and if nobody has parted them since. */
export function partContactsOf(account: MemoryAccount, mergeId: string, parting: Parting): void {
  const merge = account.contactMerges.rows.get(mergeId)
  if (merge === undefined || merge.undoneAt !== null) return
  part(account, merge, parting, 'contacts merged since')
}

/** The same, but contacts that other merges keep together stay one: the id of the one leads to the other. */
export function partContactsIfLast(account: MemoryAccount, mergeId: string, parting: Parting): void {
  try {
    partContactsOf(account, mergeId, parting)
  } catch (error) {
    if (!isConversationStoreError(error, 'MERGE_REFUSED')) throw error
  }
}
