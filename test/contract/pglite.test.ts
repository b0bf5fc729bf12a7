import { describe, test } from 'vitest'
import { runContract } from '../../src/contract/index.js'
import { pgliteBackend, pgliteLeftOut } from './pglite.js'

describe('the contract on PGlite', () => {
  runContract({ backend: pgliteBackend, test, leftOut: pgliteLeftOut })
})
