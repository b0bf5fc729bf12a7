import type { CustomerIdentity } from '../../src/model/identities.js'
import type { Random } from '../histories/random.js'
import type { Call, Era, Write } from './history.js'
import { idsOf, parentOf, type World } from './random-people.js'

/** The ids by which a payload or the host names a person. */
interface Naming {
  readonly customerId: string
  readonly identities: readonly CustomerIdentity[]
  readonly after: readonly number[]
  /** The era before whose notice the call must be over. */
  readonly before: number | null
}

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never

/** The calls of a history while it is being invented. */
export interface Script {
  readonly random: Random
  readonly world: World
  /** Whether the calls about a recycled number come in an order that tells whose it is. */
  readonly isOrdered: boolean
  readonly calls: readonly Call[]
  newId(prefix: string): string
  era(person: number, index: number): Era
  /** The next minute of an era at which something happens. */
  minute(person: number, index: number): number
  /** Names a person by some of the ids of an era: by any, by one alone without its kind, or by all. */
  naming(person: number, era: number, ways?: 'any' | 'one' | 'all'): Naming
  write(person: number, naming: Naming, events: Write['events'], more?: Partial<Pick<Write, 'after' | 'mayBeKnown' | 'isLast'>>): number
  add(call: WithoutId<Call>, before?: number | null): number
  /** Sends the same call once more, at another time. */
  repeat(call: Call): void
  /** Lets a call be over before the notice of the change to an era is sent. */
  precedes(id: number, person: number, era: number): void
  /** Tells that a call is the notice of the change to an era. */
  isNotice(id: number, person: number, era: number): void
  noticesOf(person: number, era: number): readonly number[]
  /** Tells which body takes the recycled number over. */
  takesOver(id: number): void
  /** The body that takes a recycled number over, if the order tells whose it is, and this is the taker. */
  takeoverBy(person: number): readonly number[]
  /** The calls, each notice after those that must be over before it. */
  finished(): readonly Call[]
}

/**
 * A number that goes to somebody else is named alone only where the order of the calls tells whose it is: by the giver
 * before the notice, and by the taker after a body has taken it over. Then the taker has no other number earlier.
 */
export function createScript(random: Random, world: World): Script {
  const calls: Call[] = []
  const minutes = new Map<string, number>()
  /** By call: the notice before which it must be over. By notice: which one it is. */
  const preceders = new Map<number, string>()
  const noticeOf = new Map<number, string>()
  // A notice that names a number without a user id can't tell whose number it is.
  const notices = world.people.flatMap(({ eras }) => eras.flatMap(({ notice }) => notice ?? []))
  const isBare = ({ previous, current }: (typeof notices)[number]) =>
    previous.some(({ id }) => id === world.recycled?.phone) && [...previous, ...current].every(({ kind }) => kind === 'phone')
  const isOrdered = random.chance(0.5) || notices.some(isBare)
  let takeover: number | null = null
  const takeoverBy = (person: number) => (world.recycled?.taker === person && takeover !== null ? [takeover] : [])
  let ids = 0

  const era = (person: number, index: number): Era => {
    const found = world.people[person]?.eras[index]
    if (found === undefined) throw new RangeError(`person ${person} has no era ${index}`)
    return found
  }
  const add: Script['add'] = (call, before = null) => {
    const id = calls.length
    calls.push({ ...call, id })
    if (before !== null) preceders.set(id, `${call.person} ${before}`)
    return id
  }
  return {
    random,
    world,
    isOrdered,
    calls,
    era,
    add,
    newId: (prefix) => `${prefix}${++ids}`,
    minute(person, index) {
      const key = `${person} ${index}`
      const next = minutes.get(key) ?? era(person, index).from + 10
      minutes.set(key, next + 3)
      return next
    },
    naming(person, index, ways = 'any') {
      const { parentId, ...own } = era(person, index)
      const named = idsOf(own)
      const isGiver = world.recycled?.phone === own.phone && world.recycled?.giver === person
      const isTaker = world.recycled?.phone === own.phone && world.recycled?.taker === person
      const taken = takeoverBy(person)
      if (ways === 'all' || (ways === 'any' && random.chance(0.6))) {
        const parent = random.chance(0.3) ? [] : parentOf({ parentId })
        return { customerId: random.pick(named).id, identities: [...named, ...parent], after: taken, before: null }
      }
      const mayBeAlone = (isGiver && isOrdered) || (isTaker && takeover !== null) || (!isGiver && !isTaker)
      const one = random.pick(named.filter(({ kind }) => kind !== 'phone' || mayBeAlone))
      return {
        customerId: one.id,
        identities: ways === 'any' && random.chance(0.5) ? [one] : [],
        after: one.kind === 'phone' || index > 0 ? taken : [],
        before: isGiver && one.kind === 'phone' ? index + 1 : null,
      }
    },
    write(person, { before, ...naming }, events, { after = [], mayBeKnown = false, isLast = false } = {}) {
      return add({ what: 'write', person, ...naming, after: [...naming.after, ...after], events, mayBeKnown, isLast, bulk: null }, before)
    },
    repeat(call) {
      const id = add(call)
      const [before, notice] = [preceders.get(call.id), noticeOf.get(call.id)]
      if (before !== undefined) preceders.set(id, before)
      if (notice !== undefined) noticeOf.set(id, notice)
    },
    precedes(id, person, index) {
      preceders.set(id, `${person} ${index}`)
    },
    isNotice(id, person, index) {
      noticeOf.set(id, `${person} ${index}`)
    },
    noticesOf: (person, index) => [...noticeOf].filter(([, which]) => which === `${person} ${index}`).map(([id]) => id),
    takeoverBy,
    takesOver(id) {
      takeover = id
    },
    finished() {
      const before = (notice: string) => [...preceders].filter(([, which]) => which === notice).map(([id]) => id)
      return calls.map((call) => {
        const notice = noticeOf.get(call.id)
        return notice === undefined ? call : { ...call, after: [...call.after, ...before(notice)] }
      })
    },
  }
}
