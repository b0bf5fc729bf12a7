import { describe } from 'vitest'
import { exploreOnEachBackend } from './exploring.js'

describe('two calls at once do what they would do one after the other', () => {
  // On a busy machine the pairs of a server can take longer than the tests' usual bound.
  exploreOnEachBackend({ seed: 1, trials: { sharing: 3, others: 1 }, share: 0.25 }, 300_000)
})
