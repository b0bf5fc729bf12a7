/** Reads a list to its end. */
export async function collect<T>(list: AsyncIterable<T>): Promise<readonly T[]> {
  const items: T[] = []
  for await (const item of list) items.push(item)
  return items
}
