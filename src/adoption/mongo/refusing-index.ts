/** The collection, as the server names it, and the unique index that refused a write. Null if the error names none. */
export function refusingIndex(error: unknown): { readonly collection: string; readonly index: string } | null {
  const message = error instanceof Error ? error.message : ''
  const [, collection, index] = / collection: [^ .]+\.(\S+) index: (.+?) (?:collation: .*?)?dup key: /s.exec(message) ?? []
  return collection === undefined || index === undefined ? null : { collection, index }
}
