import { expect, test, vi } from 'vitest'
import type { AdoptionProgress } from '../../src/adoption/index.js'
import { toldBuilds } from '../../src/adoption/told-builds.js'
import type { IndexBuild } from '../../src/migrator/kernel/index-build.js'

test('each phase of a build goes at a pace of its own, from where it was when it was first seen', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const told: AdoptionProgress[] = []
    let look: (build: IndexBuild) => void = () => {}
    const watch = toldBuilds({ onProgress: (progress) => void told.push(progress) }, (onBuild) => {
      look = onBuild
      return (_, work) => work()
    })
    const at = (phase: string, done: number | null, of: number | null) => {
      look({ index: 'idx_a', phase, done, of })
      vi.advanceTimersByTime(2_000)
    }
    const built = watch('idx_a', async () => {
      at('scanning', 100, 1_000)
      at('scanning', 300, 1_000)
      at('initializing', null, null)
      at('sorting', 50, 100)
      at('sorting', 75, 100)
      return 'built'
    })
    expect(await built).toBe('built')
    const [scanning, sorting] = [
      { name: 'index idx_a: scanning', total: 1_000 },
      { name: 'index idx_a: sorting', total: 100 },
    ]
    expect(told).toEqual([
      { ...scanning, done: 100, remainingMs: null },
      { ...scanning, done: 300, remainingMs: 7_000 },
      { ...sorting, done: 50, remainingMs: null },
      { ...sorting, done: 75, remainingMs: 2_000 },
    ])
  } finally {
    vi.useRealTimers()
  }
})
