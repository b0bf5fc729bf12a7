import { describe, test } from 'vitest'
import { runContract } from '../../src/contract/index.js'
import { memoryBackend, memoryLeftOut } from './memory.js'

describe('the contract on memory', () => {
  runContract({ backend: async () => memoryBackend(), test, leftOut: memoryLeftOut })
})
