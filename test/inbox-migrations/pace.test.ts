import { describe, expect, test } from 'vitest'
import { createPace } from '../../src/inbox-migrations/pace.js'

const options = { peopleAtFirst: 500, pauseMs: 50, slowMs: 1_000 }
const fast = 10
const slow = 1_500

describe('the pace of a migration', () => {
  test('has batches half as large after a slow one, until a hundred in a row were fast', () => {
    const pace = createPace(options)
    expect(pace.moved(fast)).toEqual({ ms: 50, stoppedBy: null })
    expect(pace.moved(slow)).toEqual({ ms: slow, stoppedBy: null })
    const sizes = Array.from({ length: 101 }, () => {
      pace.moved(fast)
      return pace.people()
    })
    expect(new Set(sizes.slice(0, 99))).toEqual(new Set([250]))
    expect(sizes.at(-1)).toBe(500)
  })

  test('stops when the p99 of its last hundred batches is slow, and longer as long as batches are', () => {
    const pace = createPace(options)
    for (let n = 0; n < 120; n++) pace.moved(fast)
    expect(pace.moved(slow)).toEqual({ ms: slow, stoppedBy: null })
    for (let n = 0; n < 98; n++) pace.moved(fast)
    const stops = Array.from({ length: 6 }, () => pace.moved(slow))
    expect(stops.map(({ ms }) => ms)).toEqual([2_050, 4_050, 8_050, 16_050, 30_000, 30_000])
    expect(stops.map(({ stoppedBy }) => stoppedBy)).toEqual([2, 2, 3, 4, 5, 6])
    expect(pace.people()).toBe(3)
    expect(pace.moved(fast)).toEqual({ ms: 50, stoppedBy: null })
    expect(pace.moved(slow)).toEqual({ ms: 2_050, stoppedBy: 7 })
  })

  test('does not stop for one slow batch in a hundred', () => {
    const pace = createPace(options)
    for (let n = 0; n < 1_000; n++) expect(pace.moved(n % 100 === 0 ? slow : fast).stoppedBy).toBeNull()
  })

  test('rests for at least as long as the slow batch took', () => {
    const pace = createPace(options)
    pace.moved(slow)
    expect(pace.moved(9_000)).toEqual({ ms: 9_000, stoppedBy: 2 })
  })

  test('takes a batch that failed for a slow one if it took as long, and ends with one person', () => {
    const pace = createPace({ ...options, peopleAtFirst: 4 })
    expect(pace.failed(slow, 1)).toEqual({ ms: 2_050, stoppedBy: null })
    expect(pace.failed(fast, 2)).toEqual({ ms: 4_050, stoppedBy: null })
    expect(pace.people()).toBe(1)
    pace.failed(fast, 3)
    expect(pace.people()).toBe(1)
    expect(pace.moved(slow)).toEqual({ ms: 2_050, stoppedBy: 2 })
  })
})
