import { describe, test } from 'vitest'
import { runAdoptionRace } from './adoption-race.js'
import { races } from './adoption-races.js'

const trials = process.env.STRESS_SCALE === 'small' ? 60 : 300

describe('on PostgreSQL a person keeps one active conversation, and every acknowledged change stands, after many races of', () => {
  for (const race of races) test(race.name, () => runAdoptionRace(race, trials))
})
