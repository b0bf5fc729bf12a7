import { describe } from 'vitest'
import { raceFirstMessages } from './first-messages-race.js'

describe('a race for one customer', () => {
  // Four processes that start at once on a busy machine can take longer than the tests' usual bound.
  raceFirstMessages(160, [2], 300_000)
})
