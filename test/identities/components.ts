import type { CustomerIdentity } from '../../src/model/identities.js'
import type { Call } from './history.js'

/** Tells the part of a person that an id belongs to. All ids of a part are proved to be one person's. */
export type Components = (person: number, id: string) => string

/** Finds out which ids of each person the calls prove to be one person's, in whatever order they come. */
export function componentsOf(calls: readonly Call[]): Components {
  const parents = new Map<string, string>()
  const find = (key: string): string => {
    const parent = parents.get(key)
    return parent === undefined ? key : find(parent)
  }
  for (const call of calls) {
    for (const ids of provedBy(call)) {
      const [first, ...others] = ids.filter(({ kind }) => kind !== 'parent_user_id').map(({ id }) => find(`${call.person} ${id}`))
      for (const other of others) if (first !== undefined && other !== find(first)) parents.set(other, find(first))
    }
  }
  return (person, id) => find(`${person} ${id}`)
}

/** The lists of ids of which a call says that they are one person's. */
export function provedBy(call: Call): readonly (readonly CustomerIdentity[])[] {
  if (call.what === 'link') return [call.identities]
  if (call.what !== 'write') return []
  const changes = call.events.flatMap((event) => (event.type === 'identity_change' ? [[...event.previous, ...event.current]] : []))
  return [call.identities, ...changes]
}
