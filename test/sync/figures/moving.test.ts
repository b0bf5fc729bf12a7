import { expect, test } from 'vitest'
import { createConversationStore } from '../../../src/index.js'
import { memory } from '../../../src/memory/index.js'
import { movingRuns } from './moving-runs.js'

test('no history is missing after pulls of lists that move, from an API that fails', async () => {
  const store = createConversationStore({ adapter: memory() })
  await store.migrate()
  const figures = await movingRuns(store, { runs: 4, seed: 7 })
  expect(figures.problems).toEqual([])
  expect(Math.min(figures.faults, figures.moves)).toBeGreaterThan(0)
})
