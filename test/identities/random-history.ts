import { type Random, seededRandom } from '../histories/random.js'
import { componentsOf } from './components.js'
import { at, type Call, type History, type Write } from './history.js'
import { idsOf, randomPeople } from './random-people.js'
import { createScript, type Script } from './script.js'
import { talk } from './talk.js'

/** Invents a history. The same seed gives the same one. */
export function randomHistory(seed: number): History {
  const random = seededRandom(seed)
  const world = randomPeople(random)
  const script = createScript(random, world)
  for (const [person, { eras }] of world.people.entries()) {
    if (script.isOrdered && world.recycled?.taker === person) takeOver(script, person)
    for (const era of eras.keys()) {
      if (era > 0) notice(script, person, era)
      if (era === 1 && script.isOrdered && world.recycled?.giver === person) receiptsOfFormerNumber(script, person, world.recycled.phone)
      talk(script, person, era)
    }
    if (eras.length === 1 && world.recycled?.taker !== person && random.chance(0.1)) link(script, person)
  }
  for (const call of script.calls.filter(({ what }) => what === 'write')) if (random.chance(0.1)) script.repeat(call)
  for (const person of world.people.keys()) settle(script, person)
  return {
    seed,
    people: world.people,
    onClosed: random.pick(['new', 'new', 'reopen', { reopenWithin: 60_000 }] as const),
    width: random.pick([1, 2, 4, 16]),
    calls: withoutDoubtfulEvidence(inBulks(random, shuffled(random, script.finished()))),
  }
}

/** The taker's first body names the number that was another's. It comes after the notice that has freed the number. */
function takeOver(script: Script, person: number): void {
  const { recycled } = script.world
  const after = recycled === null ? [] : script.noticesOf(recycled.giver, 1)
  script.takesOver(script.write(person, script.naming(person, 0, 'all'), [message(script, person, 0)], { after }))
}

function message(script: Script, person: number, era: number): Write['events'][number] {
  const messageId = script.newId('m')
  return { type: 'message', messageId, text: `text of ${messageId}`, occurredAt: at(script.minute(person, era)) }
}

/** The notice of the change to an era comes once or twice, at any time, alone or with a message. */
function notice(script: Script, person: number, index: number): void {
  const { random } = script
  const { from, notice: told, ...own } = script.era(person, index)
  if (told === null) return
  const named = new Set([...told.previous, ...told.current].map(({ id }) => id))
  // An older body proves nothing any more, so one must have tied the ids to the person that the notice does not name.
  if (idsOf(script.era(person, index - 1)).some(({ id }) => !named.has(id))) {
    script.precedes(script.write(person, script.naming(person, index - 1, 'all'), [message(script, person, index - 1)]), person, index)
  }
  const change = { type: 'identity_change', ...told, occurredAt: at(from) } as const
  for (let copies = random.chance(0.3) ? 2 : 1; copies > 0; copies--) {
    const isWithMessage = copies === 1 && random.chance(0.2)
    const identities = isWithMessage && random.chance(0.7) ? idsOf(own) : []
    const naming = (isWithMessage ? told.current : [...told.previous, ...told.current]).filter(({ kind }) => kind !== 'parent_user_id')
    const customerId = random.pick(naming).id
    const events = isWithMessage ? [change, message(script, person, index)] : [change]
    script.isNotice(script.write(person, { customerId, identities, after: script.takeoverBy(person), before: null }, events), person, index)
  }
}

/** A late receipt to a number that is somebody else's by then still finds its message. */
function receiptsOfFormerNumber(script: Script, person: number, phone: string): void {
  for (const call of script.calls) {
    if (call.person !== person || call.what !== 'write' || call.mayBeKnown) continue
    const [event] = call.events
    if (event?.type !== 'message' || event.direction !== 'outbound' || event.messageId === undefined || script.random.chance(0.5)) continue
    const naming = { customerId: phone, identities: [], after: [call.id, ...script.noticesOf(person, 1)], before: null }
    const occurredAt = at(script.minute(person, 1))
    script.write(person, naming, [{ type: 'receipt', status: 'read', messageIds: [event.messageId], occurredAt }])
  }
}

/** The host knows that ids are one person's. */
function link(script: Script, person: number): void {
  const identities = idsOf(script.era(person, 0))
  const [first] = identities
  if (first !== undefined) script.add({ what: 'link', person, customerId: first.id, identities, after: [] })
}

/** When everything is over, one more body may name all current ids of a person. */
function settle(script: Script, person: number): void {
  const { random } = script
  if (random.chance(0.4)) return
  const last = script.world.people[person]?.eras.length ?? 1
  const identities = idsOf(script.era(person, last - 1))
  const naming = { customerId: random.pick(identities).id, identities, after: [], before: null }
  script.write(person, naming, [{ ...message(script, person, last - 1), occurredAt: at(9_000 + person) }], { isLast: true })
}

/** A random order in which each call comes after those that must be over before it. */
function shuffled(random: Random, calls: readonly Call[]): readonly Call[] {
  const left = new Set(calls)
  const done = new Set<number>()
  const order: Call[] = []
  while (left.size > 0) {
    const call = random.pick([...left].filter(({ after }) => after.every((id) => done.has(id))))
    left.delete(call)
    done.add(call.id)
    order.push(call)
  }
  return order
}

/** Sends some neighbours as items of one bulk call. */
function inBulks(random: Random, calls: readonly Call[]): readonly Call[] {
  let bulk = 0
  let left = 0
  return calls.map((call) => {
    // Nothing that a later item may have to wait for stands between the items of a bulk.
    if (call.what !== 'write' || call.isLast) left = 0
    else if (left === 0 && random.chance(0.06)) [bulk, left] = [bulk + 1, 3 + random.below(3)]
    if (left === 0 || call.what !== 'write') return call
    left -= 1
    return { ...call, bulk }
  })
}

/**
 * A body whose events may be known already proves its ids only if no other body does. So it names several only where
 * other bodies prove that they are one person's.
 */
function withoutDoubtfulEvidence(calls: readonly Call[]): readonly Call[] {
  const certain = componentsOf(calls.filter((call) => call.what !== 'write' || !call.mayBeKnown))
  return calls.map((call) => {
    if (call.what !== 'write' || !call.mayBeKnown) return call
    const people = new Set(call.identities.map(({ id }) => certain(call.person, id)))
    const user = call.identities.find(({ kind }) => kind === 'user_id')?.id ?? call.customerId
    return people.size > 1 ? { ...call, customerId: user, identities: [] } : call
  })
}
