import type { Db } from 'mongodb'
import type { Pool, PoolClient } from 'pg'

/** What a test does to a call of the helpers' driver: something before it is sent, and another text or filter in it. */
export interface Interference {
  /** Called before each statement or command, with its SQL text, or with `<collection> <method>` and its arguments. */
  before?(what: string, given: readonly unknown[]): Promise<void>
  /** A planted bug, as it changes an SQL text, or the arguments of a method. */
  readonly plant?: (text: string) => string
  readonly plantArguments?: (what: string, given: unknown[]) => unknown[]
}

/** A `Db` whose commands are interfered with. */
export function interferedDb(db: Db, { before, plantArguments = (_, given) => given }: Interference): Db {
  const called = (target: object, label: string) =>
    new Proxy(target, {
      get(object, name) {
        const member: unknown = Reflect.get(object, name, object)
        if (typeof member !== 'function') return member
        const what = `${label} ${String(name)}`
        return (...given: unknown[]) => {
          if (label === 'db' && name === 'collection') return called(Reflect.apply(member, object, given), String(given[0]))
          const changed = plantArguments(what, given)
          const send = () => Reflect.apply(member, object, changed)
          // A find gives a cursor at once, so nothing can be waited for before it.
          if (before === undefined || ['find', 'aggregate', 'listCollections'].includes(String(name))) return send()
          return before(what, changed).then(send)
        }
      },
    })
  return called(db, 'db') as Db
}

/** A pool whose statements are interfered with from now on. */
export function interferedPool(pool: Pool, { before, plant = (text) => text }: Interference): Pool {
  const patched = new WeakSet<object>()
  pool.on('acquire', (client: PoolClient) => {
    if (patched.has(client)) return
    patched.add(client)
    const query = client.query.bind(client)
    Object.assign(client, {
      query: async (config: { readonly text: string } | string, ...rest: []) => {
        const text = typeof config === 'string' ? config : config.text
        await before?.(text, [])
        return query((typeof config === 'string' ? plant(text) : { ...config, text: plant(text) }) as string, ...rest)
      },
    })
  })
  return pool
}
