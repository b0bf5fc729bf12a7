import { describe, expect, test } from 'vitest'
import { backends } from './backends.js'
import { runOn } from './run-histories.js'

const isShort = process.env.STRESS_SCALE === 'small'
// 10,000 histories are some 260,000 calls, which a busy machine may take hours for.
const timeout = 4 * 60 * 60_000
// The seed of a long run changes each day, and a failure prints it.
const seed = Number(process.env.IDENTITIES_SEED ?? (isShort ? 1 : Math.floor(Date.now() / 86_400_000) * 10_000))
const histories = Number(process.env.IDENTITIES_HISTORIES ?? (isShort ? 500 : 10_000))

describe('people with many ids keep what is theirs, in whatever order it comes', () => {
  for (const backend of backends) {
    const run = async () => expect(await runOn(backend, { seed, histories })).toBe('')
    test.skipIf(backend.isAbsent)(`${histories} histories on ${backend.name}`, run, timeout)
  }
})
