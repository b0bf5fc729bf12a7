/** A set of bounded size. When it is full, the keys that were added longest ago are dropped. */
export interface RecentKeys {
  has(key: string): boolean
  add(key: string): void
  delete(key: string): void
}

export function recentKeys(most: number): RecentKeys {
  const keys = new Set<string>()
  return {
    has: (key) => keys.has(key),
    add(key) {
      keys.delete(key)
      keys.add(key)
      for (const oldest of keys) {
        if (keys.size <= most) break
        keys.delete(oldest)
      }
    },
    delete: (key) => void keys.delete(key),
  }
}
