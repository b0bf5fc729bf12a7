import { beforeAll, describe, expect, test } from 'vitest'
import { check, report } from './check.js'
import { historyInMemory } from './in-memory.js'
import type { Draft } from './planted-violation.js'
import { plantedViolations } from './planted-violations.js'
import type { World } from './world.js'

describe('the checker of histories', () => {
  let sound: World
  beforeAll(async () => {
    sound = await historyInMemory({ seed: 2, calls: 1_500, callers: 6 })
  })

  test('finds nothing in a history of memory', () => {
    expect(report(check(sound))).toBe('')
  })

  test.each(plantedViolations.map((planted) => [planted.rule, planted] as const))('finds a planted violation: %s', (rule, planted) => {
    const world = structuredClone(sound)
    planted.plant(world as Draft<World>)
    expect(check(world).map((violation) => violation.rule)).toContain(rule)
  })

  test('shows a violation with its smallest witness', () => {
    const [violation] = plantedViolations.filter(({ rule }) => rule === 'a version has one writer')
    const world = structuredClone(sound)
    violation?.plant(world as Draft<World>)
    expect(report(check(world))).toMatch(/^1 × a version has one writer\n {2}.* both made version \d+\n {4}p0\.\d+ .*\n {4}p9\.1 /)
  })
})
