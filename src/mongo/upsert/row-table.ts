/** The functions that undo writes. They are run in reverse order, and the tables of one world share the log. */
export type UndoLog = (() => void)[]

export interface RowChanges<Row> {
  readonly inserted: readonly Row[]
  readonly updated: readonly { readonly before: Row; readonly row: Row }[]
  readonly deleted: readonly Row[]
}

/** Rows by id and by further keys: those that were loaded, with what was written since. */
export interface RowTable<Row> {
  get(id: string): Row | null
  /** The rows that have this key now. */
  having(key: string): readonly Row[]
  /** The ids of the rows that were loaded with this key, even if they were changed or removed since. */
  loadedWith(key: string): readonly string[]
  /** Adds a row as the database has it. A row that was written here since takes precedence. */
  load(row: Row): void
  put(row: Row): void
  remove(id: string): void
  /** Whether the row was created here and is not in the database yet. */
  isNew(id: string): boolean
  changes(): RowChanges<Row>
}

export function rowTable<Row extends { readonly id: string }>(undo: UndoLog, keysOf: (row: Row) => readonly string[]): RowTable<Row> {
  const loaded = new Map<string, Row>()
  const current = new Map<string, Row>()
  const written = new Set<string>()
  /** The ids of the loaded rows by key, once somebody has asked. Another row that is loaded makes it anew. */
  let loadedByKey: Map<string, string[]> | null = null
  /** Most keys belong to a single id, which is then stored without a set. */
  const idsByKey = new Map<string, string | Set<string>>()

  const dropKey = (key: string, id: string) => {
    const ids = idsByKey.get(key)
    if (ids === id) idsByKey.delete(key)
    else if (ids instanceof Set) ids.delete(id)
  }
  const addKey = (key: string, id: string) => {
    const ids = idsByKey.get(key)
    if (ids === undefined) idsByKey.set(key, id)
    else if (ids instanceof Set) ids.add(id)
    else if (ids !== id) idsByKey.set(key, new Set([ids, id]))
  }
  const set = (id: string, row: Row | null) => {
    const before = current.get(id)
    if (row === null) current.delete(id)
    else current.set(id, row)
    const former = before ? keysOf(before) : []
    const keys = row ? keysOf(row) : []
    if (keys.length === former.length && keys.every((key, index) => key === former[index])) return
    for (const key of former) dropKey(key, id)
    for (const key of keys) addKey(key, id)
  }
  const write = (id: string, row: Row | null) => {
    const before = current.get(id) ?? null
    const isFirst = !written.has(id)
    undo.push(() => {
      set(id, before)
      if (isFirst) written.delete(id)
    })
    written.add(id)
    set(id, row)
  }
  const rowsOf = (ids: string | ReadonlySet<string> | undefined): readonly Row[] => {
    if (ids === undefined) return []
    const rows: Row[] = []
    for (const id of typeof ids === 'string' ? [ids] : ids) {
      const row = current.get(id)
      if (row !== undefined) rows.push(row)
    }
    return rows
  }

  return {
    get: (id) => current.get(id) ?? null,
    having: (key) => rowsOf(idsByKey.get(key)),
    loadedWith(key) {
      loadedByKey ??= idsBy(keysOf, loaded.values())
      return loadedByKey.get(key) ?? []
    },
    load(row) {
      if (loaded.has(row.id)) return
      loaded.set(row.id, row)
      loadedByKey = null
      if (!written.has(row.id)) set(row.id, row)
    },
    put: (row) => write(row.id, row),
    remove: (id) => write(id, null),
    isNew: (id) => current.has(id) && !loaded.has(id),
    changes() {
      const inserted: Row[] = []
      const updated: { before: Row; row: Row }[] = []
      const deleted: Row[] = []
      for (const id of written) {
        const before = loaded.get(id)
        const row = current.get(id)
        if (before === row) continue
        if (row === undefined) {
          if (before !== undefined) deleted.push(before)
        } else if (before === undefined) inserted.push(row)
        else updated.push({ before, row })
      }
      return { inserted, updated, deleted }
    },
  }
}

function idsBy<Row extends { readonly id: string }>(keysOf: (row: Row) => readonly string[], rows: Iterable<Row>): Map<string, string[]> {
  const ids = new Map<string, string[]>()
  for (const row of rows) {
    for (const key of keysOf(row)) {
      const same = ids.get(key)
      if (same) same.push(row.id)
      else ids.set(key, [row.id])
    }
  }
  return ids
}
