import type { ContractBackend } from '../../../src/contract/index.js'
import { type Comparison, compareWithMemory } from './compare.js'

/** Compares a backend with memory, and closes it. */
export async function comparing(opening: Promise<ContractBackend>, comparison: Comparison): Promise<void> {
  const backend = await opening
  try {
    await compareWithMemory(backend, comparison)
  } finally {
    await backend.close()
  }
}
