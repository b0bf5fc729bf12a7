import { afterAll, describe, expect, test } from 'vitest'
import type { ContractBackend } from '../../src/contract/index.js'
import { backends } from '../identities/backends.js'
import { runCases } from './run-cases.js'

const quick: Readonly<Record<string, number>> = { memory: 150, PostgreSQL: 15, MongoDB: 15 }
const seed = Number(process.env.PERMUTATIONS_SEED ?? 1)

describe.each(backends)('in whatever order and however often it comes, the end is the same on $name', ({ name, isAbsent, open }) => {
  let backend: ContractBackend | undefined
  afterAll(async () => backend?.close())

  test.skipIf(isAbsent)(`${quick[name]} cases`, { timeout: 300_000 }, async () => {
    backend = await open()
    expect(await runCases(backend, { seed, cases: Number(process.env.PERMUTATIONS_CASES ?? quick[name]) })).toBe('')
  })
})
