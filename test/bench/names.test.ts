import { describe, expect, it } from 'vitest'
import type { Comparison, Goal } from '../../bench/comparison.js'
import { readCommandLine } from '../../bench/runner/command-line.js'
import { requireSound } from '../../bench/runner/goals.js'
import { idOf, selected } from '../../bench/runner/selection.js'

const openPostgresUpsert = () => {}
const takeMongoHotConversation = () => {}

describe('a benchmark on the command line', () => {
  it('is called what its function is called', () => {
    expect([openPostgresUpsert, takeMongoHotConversation].map(idOf)).toEqual(['postgres-upsert', 'mongo-hot-conversation'])
  })

  it('is chosen by its id, and an id that is nobody’s is refused', () => {
    const all = [openPostgresUpsert, takeMongoHotConversation]
    expect(selected(all, ['mongo-hot-conversation'])).toEqual([takeMongoHotConversation])
    expect(selected(all, null)).toEqual(all)
    expect(() => selected(all, ['upsert'])).toThrow('postgres-upsert')
  })

  it('is chosen by what its id begins with, unless that is the id of another one', () => {
    const openPostgresUpsertDelayed = () => {}
    const all = [openPostgresUpsert, openPostgresUpsertDelayed, takeMongoHotConversation]
    expect(selected(all, ['postgres'])).toEqual([openPostgresUpsert, openPostgresUpsertDelayed])
    expect(selected(all, ['postgres-upsert'])).toEqual([openPostgresUpsert])
    expect(() => selected(all, ['postgres-up'])).toThrow('postgres-upsert')
  })

  it('may be given a number of rounds', () => {
    expect(readCommandLine(['--only=a,b', '--rounds=3'])).toMatchObject({
      only: ['a', 'b'],
      save: true,
      pace: { atLeastRounds: 3, atMostRounds: 3 },
    })
    expect(readCommandLine(['--quick'])).toMatchObject({ only: null, save: false })
    expect(() => readCommandLine(['--rounds=none'])).toThrow('--rounds')
  })
})

describe('a comparison', () => {
  const comparison = (...goals: Goal[]): Comparison => ({
    id: 'a',
    title: '',
    note: '',
    concurrency: [1],
    variants: ['ours', 'theirs'].map((name) => ({ name, operation: async () => {} })),
    goals,
    close: async () => {},
  })

  it('whose goals name its variants is sound', () => {
    expect(() => requireSound(comparison({ of: 'ours', against: 'theirs', atMost: 1, concurrency: [1] }), 'a')).not.toThrow()
  })

  it('with a goal about a variant or a concurrency that it does not have is refused', () => {
    expect(() => requireSound(comparison({ of: 'ours', against: 'bare', atMost: 1 }), 'a')).toThrow('bare')
    expect(() => requireSound(comparison({ of: 'ours', against: 'theirs', atMost: 1, concurrency: [16] }), 'a')).toThrow('c = 16')
  })

  it('that is called otherwise than its function is refused', () => {
    expect(() => requireSound(comparison(), 'b')).toThrow('called b')
  })
})
