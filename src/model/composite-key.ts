/** Makes one key of several ids. No id can hold U+0000, so different ids never make the same key. */
export function compositeKey(...ids: readonly string[]): string {
  return ids.join('\0')
}
