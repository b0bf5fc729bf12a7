import type { InboxMoveMatch } from '../inbox-migrations.js'
import { compareBytes } from './byte-order.js'

interface ContactInboxAtUndo {
  readonly id: string
  readonly customerId: string
}

interface ConversationAtUndo {
  readonly id: string
  /** Whether the migration that is undone has moved it. */
  readonly isMoved: boolean
  /** Whether it holds merged ones. */
  readonly isMerged: boolean
}

/** A person of whom the migration that is undone has moved an id. */
export interface PersonAtUndo {
  readonly customerId: string
  /** Whether it has moved the head. */
  readonly isMoved: boolean
  /** Whether a later migration has made somebody one with them, which has to be undone first. */
  readonly isJoinedByOther: boolean
  readonly group: readonly ContactInboxAtUndo[]
  readonly conversations: readonly ConversationAtUndo[]
  /** By what the inbox knows the person to which they would go back. */
  readonly matchedBy: InboxMoveMatch | null
}

export interface UndoPlan<P extends PersonAtUndo> {
  readonly back: readonly P[]
  /** For each contact inbox of those who leave conversations behind, the id of its copy. */
  readonly copies: ReadonlyMap<string, string>
  /** How many wait for the next pass, because no ids were left for their copies. */
  readonly waiting: number
  readonly skipped: number
}

/**
 * Who of these goes back, and with which copies. `ids` are given out by the `customerId` of the head, and then by that
 * of the copied one.
 */
export function planUndo<P extends PersonAtUndo>(people: readonly P[], ids: readonly string[]): UndoPlan<P> {
  const back: P[] = []
  const copies = new Map<string, string>()
  let given = 0
  let waiting = 0
  for (const person of [...people].sort(byCustomer)) {
    const splits = person.conversations.some(({ isMoved }) => !isMoved)
    if (stays(person, splits, ids.length)) continue
    if (splits) {
      const first = given
      given += person.group.length
      if (given > ids.length) {
        waiting += 1
        continue
      }
      for (const [n, { id }] of [...person.group].sort(byCustomer).entries()) copies.set(id, ids[first + n] ?? id)
    }
    back.push(person)
  }
  return { back, copies, waiting, skipped: people.length - back.length - waiting }
}

function stays(person: PersonAtUndo, splits: boolean, most: number): boolean {
  const { isMoved, isJoinedByOther, matchedBy, conversations, group } = person
  if (!isMoved || isJoinedByOther || matchedBy !== null) return true
  return splits && (group.length > most || conversations.some(({ isMerged }) => isMerged))
}

function byCustomer(a: { readonly customerId: string }, b: { readonly customerId: string }): number {
  return compareBytes(a.customerId, b.customerId)
}
