import type { EventInput } from '../model/event-inputs.js'
import type { CustomerIdentity } from '../model/identities.js'
import { at } from './events.js'
import { present } from './expectations.js'
import type { Scene } from './scene.js'

/** Customers of one inbox, by the names of their ids: numbers begin with N, user ids with U. */
export function town(scene: Scene) {
  const scenes = new Map<string, Scene>()
  const under = (name: string): Scene => {
    const known = scenes.get(name) ?? scene.another()
    scenes.set(name, known)
    return known
  }
  const identity = (name: string): CustomerIdentity => ({
    id: under(name).customerId,
    kind: name.startsWith('N') ? 'phone' : 'user_id',
  })
  const nameOf = (id: string) => [...scenes].find(([, { customerId }]) => customerId === id)?.[0] ?? id
  const notice = (previous: readonly string[], current: readonly string[], minute: number): EventInput => ({
    type: 'identity_change',
    previous: previous.map(identity),
    current: current.map(identity),
    occurredAt: at(minute),
  })
  const item = (names: readonly [string, ...string[]], events: readonly EventInput[]) => ({
    ...under(names[0]).key,
    ...(names.length > 1 ? { identities: names.map(identity) } : {}),
    events,
  })
  const write = (names: readonly [string, ...string[]], ...events: readonly EventInput[]) =>
    scene.account.upsertConversationWithEvents(item(names, events))
  const active = async (name: string) => present(await scene.account.findByOaAndCustomer(under(name).key))
  /** The person's ids, with `-` before those that are no longer good to write to, and to which of them a reply goes. */
  const person = async (name: string) => {
    const { identities, recipientId, customerId } = await active(name)
    return {
      ids: identities.map(({ id, formerSince }) => `${formerSince === null ? '' : '-'}${nameOf(id)}`).sort(),
      replyTo: nameOf(recipientId),
      named: nameOf(customerId),
    }
  }
  return { account: scene.account, under, identity, notice, item, write, active, person, rows: scene.rows }
}

export const minute = (n: number) => ({ occurredAt: at(n) })
export const read = (messageId: string, n: number): EventInput => ({
  type: 'receipt',
  status: 'read',
  messageIds: [messageId],
  occurredAt: at(n),
})
