import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Figure } from '../comparison.js'
import type { Measurement } from '../runner/summary.js'
import type { Machine } from './machine.js'

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

/** What docs/benchmarks.md is rendered from; kept in git, so that one comparison can be measured anew beside the others. */
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

/** The list with `result` in the place of the one with its id, or at its end. */
export function replaced<T extends { readonly id: string }>(list: readonly T[], result: T): readonly T[] {
  return list.some(({ id }) => id === result.id) ? list.map((one) => (one.id === result.id ? result : one)) : [...list, result]
}
