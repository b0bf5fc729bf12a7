import { afterEach, describe, expect, it, vi } from 'vitest'
import { idDigits, shortId } from '../../src/model/ids.js'

describe('an id made by the core', () => {
  afterEach(() => vi.useRealTimers())

  it('has 22 characters, with the time in front', () => {
    const before = Date.now()
    const id = shortId()
    expect(id).toMatch(/^[0-9A-Za-z][-0-9A-Z_a-z]{21}$/)
    const time = [...id.slice(0, 8)].reduce((sum, digit) => sum * 64 + idDigits.indexOf(digit), 0)
    expect(Math.floor(time / 16)).toBeGreaterThanOrEqual(before)
    expect(Math.floor(time / 16)).toBeLessThan(before + 1000)
  })

  it('has digits that sort as they count', () => {
    expect([...idDigits]).toEqual([...new Set(idDigits)].sort())
    expect(idDigits).toHaveLength(64)
  })

  it('rises strictly within a millisecond, past the end of its counter and when the clock is set back', () => {
    vi.useFakeTimers({ now: Date.now() + 60_000 })
    const ids = Array.from({ length: 70_000 }, shortId)
    vi.setSystemTime(Date.now() - 30_000)
    ids.push(...Array.from({ length: 10_000 }, shortId))
    vi.setSystemTime(Date.now() + 120_000)
    ids.push(shortId())
    expect(ids).toEqual([...new Set(ids)].sort())
  })

  it('does not repeat its chance', () => {
    const tails = Array.from({ length: 5000 }, () => shortId().slice(10))
    expect(new Set(tails).size).toBe(5000)
  })
})
