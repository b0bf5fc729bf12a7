import { describe } from 'vitest'
import { exploreOnEachBackend } from './exploring.js'

// All trials of a server are tens of thousands of calls, which a busy machine may take hours for.
const timeout = 4 * 60 * 60_000
const isShort = process.env.STRESS_SCALE === 'small'

describe('two calls at once do what they would do one after the other, in every pair', () => {
  // The seed of a long run changes each day, and a failure prints it.
  const seed = isShort ? 1 : Math.floor(Date.now() / 86_400_000)
  exploreOnEachBackend({ seed, trials: isShort ? { sharing: 3, others: 1 } : { sharing: 300, others: 30 } }, timeout)
})
