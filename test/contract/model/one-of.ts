/** One of the last ids. */
export function oneOf(ids: readonly string[], number: number): string {
  return ids.at(-1 - (number % Math.max(1, ids.length))) ?? 'none yet'
}
