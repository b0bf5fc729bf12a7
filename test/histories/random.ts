/** Random values from a seed. The same seed gives the same values. */
export interface Random {
  /** A number from 0 to below 1. */
  next(): number
  /** An integer from 0 to below `bound`. */
  below(bound: number): number
  /** Whether something with this probability happens. */
  chance(probability: number): boolean
  pick<T>(values: readonly T[]): T
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    // This is mulberry32.
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (bound: number) => Math.floor(next() * bound)
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick<T>(values: readonly T[]): T {
      const value = values[below(values.length)]
      if (value === undefined) throw new Error('there is nothing to pick from')
      return value
    },
  }
}

/** Picks one of the entries, each as often as its weight says. */
export function weighted<T extends { readonly weight: number }>(random: Random, entries: readonly T[]): T {
  let left = random.next() * entries.reduce((sum, { weight }) => sum + weight, 0)
  for (const entry of entries) {
    left -= entry.weight
    if (left < 0) return entry
  }
  return random.pick(entries)
}
