import { describe } from 'vitest'
import { raceFirstMessages } from './first-messages-race.js'

describe('a race for one customer', () => {
  raceFirstMessages(300)
})
