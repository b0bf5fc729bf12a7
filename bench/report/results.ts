import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Figure } from '../comparison.js'
import type { Measurement } from '../runner/summary.js'
import { isSameMachine, type Machine } from './machine.js'

/** When something was measured, and how busy the machine was just before. */
export interface Taken {
  readonly date: string
  readonly load: number
}

export interface ComparisonResult extends Taken {
  readonly id: string
  readonly title: string
  readonly note: string
  readonly measurements: readonly Measurement[]
  /** Why there are no measurements. */
  readonly error?: string
}

export interface FiguresResult extends Taken {
  readonly id: string
  readonly title: string
  readonly figures: readonly Figure[]
  readonly error?: string
}

/**
 * What docs/benchmarks.md is rendered from. It is kept in git, so that a single comparison can be measured again beside
 * the others.
 */
export interface Results {
  readonly machine: Machine
  readonly comparisons: readonly ComparisonResult[]
  readonly figures: readonly FiguresResult[]
}

const FILE = fileURLToPath(new URL('../results.json', import.meta.url))

export function savedResults(): Results | null {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Results) : null
}

export function saveResults(results: Results): void {
  writeFileSync(FILE, `${JSON.stringify(results, null, 2)}\n`)
}

/**
 * The saved results that a run on this machine adds to. Throws when only a part is to be measured and the rest is from
 * another machine.
 */
export function resultsToAddTo(machine: Machine, whole: boolean): Results {
  const saved = savedResults()
  if (saved && isSameMachine(saved.machine, machine)) return { ...saved, machine }
  if (saved && !whole) throw new Error('bench/results.json is from another machine, or other versions: measure everything, or delete it')
  return { machine, comparisons: [], figures: [] }
}

/** The list with `result` in it, in the order of `ids`, without entries whose id is not among them. */
export function withResult<T extends { readonly id: string }>(list: readonly T[], result: T, ids: readonly string[]): readonly T[] {
  const all = new Map([...list, result].map((one) => [one.id, one]))
  return ids.flatMap((id) => all.get(id) ?? [])
}
