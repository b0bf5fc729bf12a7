import { describe, expect, test } from 'vitest'
import { backends } from './backends.js'
import { runOn } from './run-histories.js'

const seed = Number(process.env.IDENTITIES_SEED ?? 1)

describe('people with many ids keep what is theirs, in whatever order it comes', () => {
  for (const backend of backends) {
    const histories = Number(process.env.IDENTITIES_HISTORIES ?? (backend.name === 'memory' ? 100 : 30))
    test.skipIf(backend.isAbsent)(`${histories} histories on ${backend.name}`, async () => {
      expect(await runOn(backend, { seed, histories })).toBe('')
    })
  }
})
