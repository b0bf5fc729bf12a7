/**
 * Returns how many lines a file may have. SQL may have more, because it is read from top to bottom like prose and a
 * function of the database can't be cut in two.
 */
function longest(path: string): number {
  return /^src\/postgres\/(functions|schema)\//.test(path) ? 300 : 250
}

/** Returns the files that have more lines than they may, each with both numbers. */
export function longFiles(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const counted = [...files].map(([path, text]) => ({ path, lines: text.replace(/\n$/, '').split('\n').length }))
  const long = counted.filter(({ path, lines }) => lines > longest(path))
  return new Map(long.map(({ path, lines }) => [path, `${lines} lines of at most ${longest(path)}`]))
}
