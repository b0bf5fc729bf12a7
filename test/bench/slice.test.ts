import { expect, it } from 'vitest'
import { runSlice } from '../../bench/runner/slice.js'

const still = () => ({ client: 0, server: null })

it('a slice lets every caller finish one operation, however short it is', async () => {
  const callers: number[] = []
  const operation = async (caller: number) => callers.push(caller)
  const { operations, latencies } = await runSlice({ name: 'any', operation }, 3, 0, still)
  expect(callers).toEqual([0, 1, 2])
  expect([operations, latencies.length]).toEqual([3, 3])
})

it('a slice in which an operation fails has no figures, and has ended for all callers', async () => {
  let running = 0
  const operation = async (caller: number) => {
    running++
    await new Promise((resolve) => setTimeout(resolve, caller))
    running--
    if (caller === 0) throw new Error('wrong answer')
  }
  await expect(runSlice({ name: 'ours', operation }, 8, 60_000, still)).rejects.toThrow('ours: Error: wrong answer')
  expect(running).toBe(0)
})
