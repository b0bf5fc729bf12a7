import { describe, expect, test } from 'vitest'
import { backends } from './backends.js'
import { runOn } from './run-histories.js'

// On a busy machine some histories can take longer than the tests' usual bound.
const timeout = 300_000
const quick: Readonly<Record<string, number>> = { memory: 100, PostgreSQL: 30, MongoDB: 20 }
const seed = Number(process.env.IDENTITIES_SEED ?? 1)

describe('people with many ids keep what is theirs, in whatever order it comes', () => {
  for (const backend of backends) {
    const histories = Number(process.env.IDENTITIES_HISTORIES ?? quick[backend.name])
    const run = async () => expect(await runOn(backend, { seed, histories })).toBe('')
    test.skipIf(backend.isAbsent)(`${histories} histories on ${backend.name}`, run, timeout)
  }
})
