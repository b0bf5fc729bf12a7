const turns = new WeakMap<object, Promise<unknown>>()

/** Runs the given work of one connection one after another, because the statements of two calls must not mix. */
export function takeTurn<T>(connection: object, work: () => Promise<T>): Promise<T> {
  const before = turns.get(connection) ?? Promise.resolve()
  const result = before.then(work)
  turns.set(
    connection,
    result.catch(() => {}),
  )
  return result
}
