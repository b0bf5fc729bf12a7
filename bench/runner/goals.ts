import type { Comparison } from '../comparison.js'

/**
 * Throws when a comparison's names do not fit together, because a goal about a missing variant would never be missed.
 */
export function requireSound(comparison: Comparison, id: string): void {
  const problems = problemsOf(comparison)
  if (comparison.id !== id) problems.push(`its open function says that it is called ${id}`)
  if (problems.length > 0) throw new Error(`${comparison.id}: ${problems.join('; ')}`)
}

function problemsOf({ variants, goals, concurrency }: Comparison): string[] {
  const names = variants.map(({ name }) => name)
  const problems = names.filter((name, place) => names.indexOf(name) !== place).map((name) => `two variants are called ${name}`)
  if (names.length < 2) problems.push('nothing to compare')
  for (const goal of goals) {
    for (const name of [goal.of, goal.against]) if (!names.includes(name)) problems.push(`a goal names ${name}, which is no variant`)
    for (const c of goal.concurrency ?? []) if (!concurrency.includes(c)) problems.push(`a goal is for c = ${c}, which is not measured`)
  }
  return problems
}
