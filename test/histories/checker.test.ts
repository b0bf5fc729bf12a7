import { describe, expect, test } from 'vitest'
import { check, report } from './check.js'
import { historyInMemory } from './in-memory.js'

describe('the checker', () => {
  test.each([1, 2, 3])('finds nothing in a history of memory (seed %i)', async (seed) => {
    const world = await historyInMemory({ seed, calls: 2_000, callers: 6 })
    expect(report(check(world))).toBe('')
  })
})
