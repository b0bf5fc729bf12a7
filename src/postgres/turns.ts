const turns = new WeakMap<object, Promise<unknown>>()

/**
 * Runs what is given for one connection one after another: statements of two calls must not come between each other's.
 */
export function takeTurn<T>(connection: object, work: () => Promise<T>): Promise<T> {
  const before = turns.get(connection) ?? Promise.resolve()
  const result = before.then(work)
  turns.set(
    connection,
    result.catch(() => {}),
  )
  return result
}
