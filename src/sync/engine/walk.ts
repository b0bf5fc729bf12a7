import * as z from 'zod/mini'
import type { SyncSession } from '../../store/sync-port.js'
import type { HistoryConversation, HistoryPage, HistorySource } from '../source.js'

/**
 * How far a session has come through a list that moves while it is read. First the list is read to its end, or to what
 * an earlier session has read. A conversation that changes meanwhile jumps to the head, past the reader. So the head is
 * read again, pass by pass, each up to what did not change since the pass before it began. A pass is the last one when
 * its first page already comes to that: a page is one answer of the source, so nothing can have jumped out of it.
 * Times are those of the source's list alone (docs/decisions/moving-lists.md).
 */
export interface Walk {
  readonly phase: 'list' | 'head'
  /** Null at the beginning of a pass. */
  readonly cursor: string | null
  /**
   * What is older did not change since the pass before began. Null in the list, and where the source tells no times.
   */
  readonly until: Date | null
  /** The latest change on the first page of this pass. */
  readonly newest: Date | null
  /** How many passes on end began with the same latest change as the one before them. */
  readonly repeats: number
  /** Whether this pass is known to be the last one. */
  readonly isSettled: boolean
}

/**
 * Where more conversations than a page holds changed in one moment, or the source tells no times, no first page comes
 * to what has not changed. Then two passes on end that begin with the same change say that nothing moves.
 */
const repeatsOfRest = 2

export interface Step {
  readonly walk: Walk
  /** Of the first page of a session: since when a later session has to look. */
  readonly beganAt: Date | null
  /** Whether everything is read. */
  readonly isLast: boolean
  /** Whether the page was the last one of its pass. */
  readonly endsPass: boolean
}

/** Where a session is after a page of its source. */
export function afterPage(walk: Walk, page: HistoryPage, order: HistorySource['order'], since: Date | null): Step {
  const isFirst = walk.cursor === null
  const newest = isFirst ? latestChange(page.conversations) : walk.newest
  const beganAt = isFirst && walk.phase === 'list' ? later(newest, since) : null
  const atEnd = page.cursor === null
  if (order === 'none') return { walk: { ...walk, cursor: page.cursor, newest }, beganAt: null, isLast: atEnd, endsPass: atEnd }

  const bound = walk.phase === 'list' ? since : later(walk.until, since)
  const isOlder = ({ updatedAt }: HistoryConversation) => bound !== null && updatedAt !== null && updatedAt < bound
  const repeats = isFirst && walk.phase === 'head' ? (isSameTime(newest, walk.until) ? walk.repeats + 1 : 0) : walk.repeats
  const isSettled = isFirst
    ? walk.phase === 'head' && (atEnd || page.conversations.some(isOlder) || repeats >= repeatsOfRest)
    : walk.isSettled
  const endsPass = atEnd || (page.conversations.length > 0 && page.conversations.every(isOlder))
  if (!endsPass) return { walk: { ...walk, cursor: page.cursor, newest, repeats, isSettled }, beganAt, isLast: false, endsPass }
  const next: Walk = { phase: 'head', cursor: null, until: newest, newest: null, repeats, isSettled: false }
  return { walk: next, beganAt, isLast: isSettled, endsPass }
}

function storedWalk() {
  return z.object({ until: z.nullable(z.number()), newest: z.nullable(z.number()), repeats: z.number(), isSettled: z.boolean() })
}
const beginning = { until: null, newest: null, repeats: 0, isSettled: false }

/** Where a session stands, from what is stored of it. */
export function walkOf({ phase, cursor, walk }: Pick<SyncSession, 'phase' | 'cursor' | 'walk'>): Walk {
  const { until, newest, repeats, isSettled } = walk === null ? beginning : storedWalk().parse(JSON.parse(walk))
  return { phase: phase === 'head' ? 'head' : 'list', cursor, until: dateOf(until), newest: dateOf(newest), repeats, isSettled }
}

/** What is stored of it beside the phase and the cursor. */
export function notesOf({ until, newest, repeats, isSettled }: Walk): string {
  return JSON.stringify({ until: until?.getTime() ?? null, newest: newest?.getTime() ?? null, repeats, isSettled })
}

function dateOf(time: number | null): Date | null {
  return time === null ? null : new Date(time)
}

function latestChange(conversations: readonly HistoryConversation[]): Date | null {
  return conversations.reduce<Date | null>((latest, { updatedAt }) => later(latest, updatedAt), null)
}

function later(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b
  return a > b ? a : b
}

function isSameTime(a: Date | null, b: Date | null): boolean {
  return a?.getTime() === b?.getTime()
}
