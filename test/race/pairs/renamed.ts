/** Returns the value with every id replaced by its other name. */
export function renamed<T>(value: T, names: ReadonlyMap<string, string>): T {
  return rename(value, names) as T
}

function rename(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return names.get(value) ?? value
  if (Array.isArray(value)) return value.map((each) => rename(each, names))
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, rename(member, names)]))
}
