import { afterEach, describe, expect, test, vi } from 'vitest'
import type * as retry from '../../src/store/retry.js'
import { sendingMutants } from './mutants/sending-mutants.js'

const retryModule = '../../src/store/retry.js'

/** The cases and a backend over the modules as they are mocked by now. */
async function load() {
  vi.resetModules()
  const [{ failingCases }, { memoryBackend }] = await Promise.all([import('./mutants/mutant.js'), import('./memory.js')])
  return { failingCases, backend: memoryBackend() }
}

describe('planted bugs in how the store sends a call are caught', () => {
  afterEach(() => {
    vi.doUnmock(retryModule)
  })

  test.each(sendingMutants.map((mutant) => [mutant.bug, mutant] as const))('%s', async (_, mutant) => {
    const sound = await load()
    expect(await sound.failingCases(sound.backend, mutant, mutant.caughtBy)).toEqual([])
    vi.doMock(retryModule, async (importOriginal) => {
      const original = await importOriginal<typeof retry>()
      return { ...original, withRetries: mutant.withRetries(original) }
    })
    const mutated = await load()
    expect(await mutated.failingCases(mutated.backend, mutant, mutant.caughtBy)).toEqual([mutant.caughtBy])
  })
})
