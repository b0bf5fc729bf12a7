import { afterEach, describe, expect, it, vi } from 'vitest'
import { uuidV7 } from '../../src/model/ids.js'

describe('an id made by the core', () => {
  afterEach(() => vi.useRealTimers())

  it('is a UUID of version 7 with the time in front', () => {
    const before = Date.now()
    const id = uuidV7()
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const time = Number.parseInt(id.replace('-', '').slice(0, 12), 16)
    expect(time).toBeGreaterThanOrEqual(before)
    expect(time).toBeLessThan(before + 1000)
  })

  it('rises strictly within a millisecond, past the end of its counter and when the clock is set back', () => {
    vi.useFakeTimers({ now: Date.now() + 60_000 })
    const ids = Array.from({ length: 10_000 }, uuidV7)
    vi.setSystemTime(Date.now() - 30_000)
    ids.push(...Array.from({ length: 10_000 }, uuidV7))
    expect(ids).toEqual([...new Set(ids)].sort())
  })

  it('does not repeat its random part', () => {
    const tails = Array.from({ length: 5000 }, () => uuidV7().slice(19))
    expect(new Set(tails).size).toBe(5000)
  })
})
