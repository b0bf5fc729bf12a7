/** One key of several ids: no id can hold U+0000. */
export function compositeKey(...ids: readonly string[]): string {
  return ids.join('\u0000')
}
