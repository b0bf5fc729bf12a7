import type { Comparison } from '../comparison.js'

/** What is wrong with a comparison's names: a goal about nothing would never be missed. */
export function problemsOf({ id, variants, goals, concurrency }: Comparison): readonly string[] {
  const names = variants.map(({ name }) => name)
  const problems = names.filter((name, place) => names.indexOf(name) !== place).map((name) => `two variants are called ${name}`)
  if (names.length < 2) problems.push('nothing to compare')
  for (const goal of goals) {
    for (const name of [goal.of, goal.against]) if (!names.includes(name)) problems.push(`a goal names ${name}, which is no variant`)
    for (const c of goal.concurrency ?? []) if (!concurrency.includes(c)) problems.push(`a goal is for c = ${c}, which is not measured`)
  }
  return problems.map((problem) => `${id}: ${problem}`)
}
