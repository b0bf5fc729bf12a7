/**
 * Measures from now on how long a work takes until its end, in milliseconds, if it goes on like this. Null while that
 * is not known: until more is done than `before`, and where nobody counted how much there is.
 */
export function remainingTime(before: number): (done: number, total: number | null) => number | null {
  const startedAt = performance.now()
  return (done, total) => {
    if (total === null || done <= before) return null
    return Math.max(0, Math.round(((total - done) * (performance.now() - startedAt)) / (done - before)))
  }
}
