import { ConversationStoreError, type MergeRefusal } from '../errors.js'
import type { JsonObject } from '../json.js'
import { answeringFor, joinedMemory } from './operations.js'
import type { ContactMergeRow, ContactRow, TypedOfContact } from './rows.js'
import { sameValue } from './same-value.js'
import type { World } from './world.js'

/**
 * The contact that another one is merged into. It takes over what a person typed: the name if it has none that was
 * typed itself, and the metadata that it lacks. It answers for the calls that changed the other one, too.
 */
function holdingContact(kept: ContactRow, lost: ContactRow, now: Date): ContactRow {
  return { ...kept, ...takenOver(kept, lost), ...joinedMemory(kept, lost), updatedAt: now }
}

/** Lets a contact hold another one, whose id leads to it from now on, and so do the ids that led there. */
export function holdContact(
  world: Pick<World, 'contactsMergedInto' | 'putContact'>,
  kept: ContactRow,
  lost: ContactRow,
  now: Date,
): ContactRow {
  const moved = world.contactsMergedInto(lost.id)
  const next = holdingContact(kept, lost, now)
  world.putContact(next)
  world.putContact({ ...lost, mergedInto: kept.id, updatedAt: now })
  for (const row of moved) world.putContact({ ...row, mergedInto: kept.id })
  return next
}

function takenOver(kept: TypedOfContact, lost: TypedOfContact): TypedOfContact {
  const { name, nameSource } = kept.nameSource !== 'person' && (lost.nameSource === 'person' || kept.name === null) ? lost : kept
  const isOfOne = kept.metadata === null || lost.metadata === null
  return { name, nameSource, metadata: isOfOne ? (kept.metadata ?? lost.metadata) : { ...lost.metadata, ...kept.metadata } }
}

/** What is remembered of a merge. `place` counts the merges into the kept contact that stand. */
export function contactMergeOf(
  kept: ContactRow,
  lost: ContactRow,
  {
    mergeId,
    now,
    place,
    movedIds,
  }: { readonly mergeId: string; readonly now: Date; readonly place: number; readonly movedIds: readonly string[] },
): ContactMergeRow {
  const { accountId } = kept
  const standing = { undoneAt: null, undoneBy: null, createdAt: now }
  return {
    id: mergeId,
    accountId,
    keptId: kept.id,
    lostId: lost.id,
    place,
    movedIds,
    kept: typedOf(kept),
    lost: typedOf(lost),
    ...standing,
  }
}

function typedOf({ name, nameSource, metadata }: ContactRow): TypedOfContact {
  return { name, nameSource, metadata }
}

/**
 * Refuses to undo a merge while a later one into the same contact, or of that contact, stands. `reason` is what the
 * refusal says then.
 */
export function requireLastOfContact(
  merge: ContactMergeRow,
  kept: ContactRow,
  later: { readonly into: ContactMergeRow | null; readonly of: ContactMergeRow | null },
  reason: MergeRefusal = 'not the last',
): void {
  const last = later.of ?? later.into
  if (last !== null && last.id !== merge.id) throw new ConversationStoreError('MERGE_REFUSED', { reason, mergeId: last.id })
  if (kept.mergedInto !== null) throw new ConversationStoreError('MERGE_REFUSED', { reason: 'joined since', mergeId: null })
}

/** Both contacts after a merge is undone. What a person has typed since stays with the kept one. */
export function partedContacts(
  kept: ContactRow,
  lost: ContactRow,
  merge: ContactMergeRow,
  now: Date,
): { readonly kept: ContactRow; readonly lost: ContactRow } {
  const merged = takenOver(merge.kept, merge.lost)
  const isNameOfMerge = kept.name === merged.name && kept.nameSource === merged.nameSource
  const { name, nameSource } = isNameOfMerge ? merge.kept : kept
  const metadata = sameValue(kept.metadata, merged.metadata) ? merge.kept.metadata : withoutTaken(kept.metadata, merge)
  return {
    kept: { ...kept, name, nameSource, metadata, updatedAt: now },
    lost: { ...lost, ...answeringFor(lost, kept), mergedInto: null, updatedAt: now },
  }
}

/** The metadata without what the merge brought and nobody has changed since. */
function withoutTaken(metadata: JsonObject | null, { kept, lost }: ContactMergeRow): JsonObject | null {
  if (metadata === null) return null
  const isTaken = ([key, value]: [string, unknown]) =>
    lost.metadata !== null &&
    Object.hasOwn(lost.metadata, key) &&
    !Object.hasOwn(kept.metadata ?? {}, key) &&
    sameValue(lost.metadata[key], value)
  return Object.fromEntries(Object.entries(metadata).filter((entry) => !isTaken(entry)))
}
