import { expect, test } from 'vitest'
import { docsAreCurrent } from '../../bench/report/docs.js'
import { savedResults } from '../../bench/report/results.js'

test('the page of the benchmarks says what bench/results.json holds (npm run bench -- --render)', () => {
  const results = savedResults()
  expect(results).not.toBeNull()
  expect(results && docsAreCurrent(results)).toBe(true)
})
