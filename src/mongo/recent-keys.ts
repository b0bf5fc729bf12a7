import { recentValues } from './recent-values.js'

/** A set of bounded size. When it is full, the keys that were added longest ago are dropped. */
export interface RecentKeys {
  has(key: string): boolean
  add(key: string): void
  delete(key: string): void
}

export function recentKeys(most: number): RecentKeys {
  const keys = recentValues<true>(most)
  return {
    has: (key) => keys.get(key) !== undefined,
    add: (key) => keys.set(key, true),
    delete: keys.delete,
  }
}
