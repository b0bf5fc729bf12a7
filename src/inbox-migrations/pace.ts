import { limits } from '../model/limits.js'
import { pauseAfter } from './patience.js'

/** What a worker does before its next batch. */
export interface Rest {
  readonly ms: number
  /** How many of the last batches were slow, where they are too many and the migration stops for this long. */
  readonly stoppedBy: number | null
}

/** How large the batches of one migration are, and how long the database rests between them. */
export interface Pace {
  /** How many people the next batch looks at. */
  people(): number
  /** A batch was moved in so many milliseconds. */
  moved(tookMs: number): Rest
  /** The database could not take a batch, which makes so many attempts in a row. */
  failed(tookMs: number, attempts: number): Rest
}

export interface PaceOptions {
  readonly peopleAtFirst: number
  readonly pauseMs: number
  readonly slowMs: number
}

/** Of so many batches the slowest but one is their p99: more than one slow batch among them is a slow database. */
const watchedBatches = 100

/**
 * A batch that takes longer than `slowMs` is slow. The next ones have half as many people, until 100 batches in a row
 * were not slow, and the database rests for as long as the slow one took. When the p99 of the last 100 batches is slow
 * too, the migration stops: for two seconds, for twice as long after each slow batch that follows, for 30 seconds at
 * most. A single slow batch says that it was too large. A second one says that the database answers slowly.
 */
export function createPace({ peopleAtFirst, pauseMs, slowMs }: PaceOptions): Pace {
  let people = peopleAtFirst
  let most: number = limits.movedPeople
  let last: boolean[] = []
  let stops = 0

  function remember(tookMs: number): boolean {
    const isSlow = tookMs > slowMs
    last = [...last, isSlow].slice(-watchedBatches)
    return isSlow
  }

  function slowRest(tookMs: number): Rest {
    const slow = last.filter(Boolean).length
    if (slow < 2) return { ms: Math.max(pauseMs, tookMs), stoppedBy: null }
    stops += 1
    return { ms: Math.max(tookMs, pauseAfter(stops, pauseMs)), stoppedBy: slow }
  }

  return {
    people: () => people,
    moved(tookMs) {
      if (remember(tookMs)) {
        most = halfOf(people)
        people = most
        return slowRest(tookMs)
      }
      stops = 0
      if (last.length === watchedBatches && !last.includes(true)) most = limits.movedPeople
      people = Math.min(most, people * 2)
      return { ms: pauseMs, stoppedBy: null }
    },
    failed(tookMs, attempts) {
      people = halfOf(people)
      if (remember(tookMs)) most = people
      return { ms: pauseAfter(attempts, pauseMs), stoppedBy: null }
    },
  }
}

function halfOf(people: number): number {
  return Math.max(1, Math.floor(people / 2))
}
