import type { Alias } from '../documents/groups.js'
import type { LeftToMark } from './left-to-mark.js'

/** What the documents of heads say beyond their rows. It is kept as the database has it. */
export interface HeadNotes {
  /** Records what the database has left to mark under the contact inbox. */
  noteLeft(contactInboxId: string, found: readonly LeftToMark[]): void
  leftBefore(): readonly LeftToMark[]
  /** Records the aliases that the database lists on a head. */
  noteAliases(headId: string, aliases: readonly Alias[]): void
  aliasesNoted(headId: string): readonly Alias[]
}

export function headNotes(): HeadNotes {
  const leftBefore = new Map<string, readonly LeftToMark[]>()
  const aliasesNoted = new Map<string, readonly Alias[]>()
  return {
    noteLeft: (contactInboxId, found) => void leftBefore.set(contactInboxId, found),
    leftBefore: () => [...leftBefore.values()].flat(),
    noteAliases: (headId, aliases) => void aliasesNoted.set(headId, aliases),
    aliasesNoted: (headId) => aliasesNoted.get(headId) ?? [],
  }
}
