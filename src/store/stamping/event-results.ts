import type { EventOutcome } from '../adapter.js'
import type { EventResult } from '../results.js'

/** Makes one result per event of the host from the results of the parts that `stampEvents` made of it. */
export function foldEventResults(count: number, origins: readonly number[], outcomes: readonly EventOutcome[]): readonly EventResult[] {
  const parts: EventOutcome[][] = Array.from({ length: count }, () => [])
  origins.forEach((origin, index) => {
    const outcome = outcomes[index]
    if (outcome !== undefined) parts[origin]?.push(outcome)
  })
  return parts.map((part) => ({ outcome: foldOutcomes(part) }))
}

function foldOutcomes(parts: readonly EventOutcome[]): EventOutcome {
  const [first] = parts
  if (first !== undefined && parts.every((outcome) => outcome === first)) return first
  if (parts.includes('waiting')) return 'waiting'
  return parts.includes('applied') ? 'applied' : 'unchanged'
}
