import { headsOf } from '../histories/heads.js'
import type { Answer } from './deliver.js'
import { type Expected, expectedOf, type Part } from './expected.js'
import type { Found } from './found.js'
import type { History } from './history.js'

/** A history that is over: what was told, what was answered, and what is stored. */
export interface Outcome {
  readonly history: History
  readonly answers: readonly Answer[]
  readonly found: Found
  readonly expected: Expected
  /** The head of each contact inbox. */
  readonly heads: ReadonlyMap<string, string>
  /** The head under which a part of a person is stored. Null if there is none, or no single one. */
  headOf(part: Part): string | null
}

/** A promise that was not kept. */
export interface Problem {
  readonly rule: string
  readonly told: string
}

export function outcomeOf(history: History, answers: readonly Answer[], found: Found): Outcome {
  const expected = expectedOf(history)
  const heads = headsOf(found)
  const headOfId = new Map(found.contactInboxes.map((row) => [row.customer_id, heads.get(row.id) ?? row.id]))
  return {
    history,
    answers,
    found,
    expected,
    heads,
    headOf(part) {
      const own = new Set(idsOfPart(history, part).flatMap((id) => headOfId.get(id) ?? []))
      return own.size === 1 ? ([...own][0] ?? null) : null
    },
  }
}

/** The ids of a part. A number that is another person's at another time is left out. */
export function idsOfPart({ people }: History, { person, ids }: Part): readonly string[] {
  const others = new Set(people.flatMap(({ eras }, index) => (index === person ? [] : eras.map(({ phone }) => phone))))
  return [...ids].filter((id) => !others.has(id))
}
