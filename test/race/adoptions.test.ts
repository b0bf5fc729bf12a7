import { describe, test } from 'vitest'
import { runAdoptionRace } from './adoption-race.js'
import { races } from './adoption-races.js'

describe('on PostgreSQL a person keeps one active conversation, and every acknowledged change stands, after races of', () => {
  for (const race of races) test(race.name, () => runAdoptionRace(race, 12))
})
