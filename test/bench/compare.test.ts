import { describe, expect, it, vi } from 'vitest'
import type { Comparison } from '../../bench/comparison.js'
import { checkComparison, compare } from '../../bench/runner/compare.js'

const servers = { postgresUrl: '', delayedPostgresUrl: '', mongoUrl: '', largeDatabase: 1 }
const pace = { warmUpMs: 0, atLeastRounds: 2, atMostRounds: 2, enoughMs: 0 }
const still = () => ({ client: 0, server: null })

/** A comparison of two ways, the second of which fails from its n-th operation on. */
function comparison(failsAt: number) {
  let calls = 0
  const close = vi.fn(async () => {})
  const theirs = async () => {
    calls++
    await new Promise((resolve) => setImmediate(resolve))
    if (calls >= failsAt) throw new Error('wrong answer\nwith details')
  }
  const openAny = async (): Promise<Comparison> => ({
    id: 'any',
    title: 'Any',
    note: '',
    concurrency: [1],
    variants: [
      { name: 'ours', operation: () => new Promise((resolve) => setImmediate(resolve)) },
      { name: 'theirs', operation: theirs },
    ],
    goals: [],
    close,
  })
  return { openAny, close, calls: () => calls }
}

describe('a comparison', () => {
  it('is measured in as many rounds as asked for, with the first way again as control', async () => {
    const { openAny, close } = comparison(Number.POSITIVE_INFINITY)
    const { measurements, error } = await compare(openAny, servers, pace, still)
    expect(error).toBeUndefined()
    expect(measurements).toMatchObject([{ concurrency: 1, rounds: 2 }])
    expect(measurements[0]?.variants.map(({ name }) => name)).toEqual(['ours', 'theirs', 'ours (again, as control)'])
    expect(close).toHaveBeenCalledOnce()
  })

  it('in which an operation fails has an error and no figures, and is closed', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { openAny, close } = comparison(3)
    const result = await compare(openAny, servers, pace, still)
    expect(result).toMatchObject({ id: 'any', title: 'Any', measurements: [], error: 'Error: theirs: Error: wrong answer' })
    expect(close).toHaveBeenCalledOnce()
    log.mockRestore()
  })

  it('that does not even open has an error under its name', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const openNothing = () => Promise.reject(new Error('no server'))
    const result = await compare(openNothing, servers, pace, still)
    expect(result).toMatchObject({ id: 'nothing', measurements: [], error: 'Error: no server' })
    log.mockRestore()
  })

  it('is checked by two operations of each way', async () => {
    const { openAny, close, calls } = comparison(Number.POSITIVE_INFINITY)
    await checkComparison(openAny, servers)
    expect(calls()).toBe(2)
    expect(close).toHaveBeenCalledOnce()
  })
})
