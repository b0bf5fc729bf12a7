import { expect, test } from 'vitest'
import { memoryBackend } from '../contract/memory.js'
import { runHistories } from './run-histories.js'

test('on memory', async () => {
  expect(
    await runHistories(memoryBackend(), { seed: Number(process.env.IDENTITIES_SEED ?? 1), histories: Number(process.env.N ?? 100) }),
  ).toBe('')
})
