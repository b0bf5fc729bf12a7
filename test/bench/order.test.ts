import { describe, expect, it } from 'vitest'
import { turns } from '../../bench/runner/order.js'

describe.each([2, 3, 4, 5, 8])('the turns of %i variants', (count) => {
  const rounds = Array.from({ length: 2 * count }, (_, round) => turns(count, round))

  it('give every variant one turn a round', () => {
    for (const order of rounds) expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, variant) => variant))
  })

  it('put every variant into every place equally often', () => {
    for (let place = 0; place < count; place++) {
      for (let variant = 0; variant < count; variant++) expect(rounds.filter((order) => order[place] === variant)).toHaveLength(2)
    }
  })

  it('let every variant follow every other one equally often', () => {
    const pairs = rounds.flatMap((order) => order.slice(1).map((variant, before) => `${order[before]} ${variant}`))
    const counts = new Map<string, number>()
    for (const pair of pairs) counts.set(pair, (counts.get(pair) ?? 0) + 1)
    expect(counts.size).toBe(count * (count - 1))
    expect(new Set(counts.values())).toEqual(new Set([2]))
  })
})
