/**
 * An undo log. It undoes the writes of a call that fails, at the cost of what the call wrote and not of what is stored.
 */
export interface Journal {
  mark(): number
  rollbackTo(mark: number): void
  /** Clears the log, because the call has succeeded. */
  commit(): void
  /** Sets a key, or removes it if the value is undefined. */
  assign<K, V>(map: Map<K, V>, key: K, value: V | undefined): void
  include(index: SetIndex, key: string, member: string): void
  exclude(index: SetIndex, key: string, member: string): void
}

/** Members by key. A key without members is absent. */
export type SetIndex = Map<string, Set<string>>

export function createJournal(): Journal {
  const undos: (() => void)[] = []
  return {
    mark: () => undos.length,
    rollbackTo(mark) {
      while (undos.length > mark) undos.pop()?.()
    },
    commit() {
      undos.length = 0
    },
    assign(map, key, value) {
      const before = map.get(key)
      if (before === value) return
      undos.push(() => set(map, key, before))
      set(map, key, value)
    },
    include(index, key, member) {
      if (index.get(key)?.has(member)) return
      undos.push(() => remove(index, key, member))
      add(index, key, member)
    },
    exclude(index, key, member) {
      if (!index.get(key)?.has(member)) return
      undos.push(() => add(index, key, member))
      remove(index, key, member)
    },
  }
}

function set<K, V>(map: Map<K, V>, key: K, value: V | undefined): void {
  if (value === undefined) map.delete(key)
  else map.set(key, value)
}

function add(index: SetIndex, key: string, member: string): void {
  const members = index.get(key)
  if (members) members.add(member)
  else index.set(key, new Set([member]))
}

function remove(index: SetIndex, key: string, member: string): void {
  const members = index.get(key)
  members?.delete(member)
  if (members?.size === 0) index.delete(key)
}
