import { afterAll, describe, expect, test } from 'vitest'
import type { ContractBackend } from '../../src/contract/index.js'
import { backends } from '../identities/backends.js'
import { runCases } from './run-cases.js'

const isShort = process.env.STRESS_SCALE === 'small'
const long: Readonly<Record<string, number>> = { memory: 10_000, PostgreSQL: 500, MongoDB: 500 }
// The seed of a long run changes each day, and a failure prints it.
const seed = Number(process.env.PERMUTATIONS_SEED ?? (isShort ? 1 : Math.floor(Date.now() / 86_400_000) * 10_000))

describe.each(backends)('in whatever order and however often it comes, the end is the same on $name', ({ name, isAbsent, open }) => {
  let backend: ContractBackend | undefined
  afterAll(async () => backend?.close())
  const whole = Number(process.env.PERMUTATIONS_CASES ?? long[name])
  const cases = isShort ? Math.ceil(whole / 10) : whole

  test.skipIf(isAbsent)(`${cases} cases`, { timeout: 60 * 60_000 }, async () => {
    backend = await open()
    expect(await runCases(backend, { seed, cases })).toBe('')
  })
})
