import type { CustomerIdentity } from '../../src/model/identities.js'
import type { Random } from '../histories/random.js'
import type { Era, Person } from './history.js'

/** How long an era is, in minutes. */
const eraMinutes = 1_000

export interface World {
  readonly people: readonly Person[]
  /** The person whose former number is another one's later, that one, and the number. */
  readonly recycled: { readonly giver: number; readonly taker: number; readonly phone: string } | null
}

type Fate = 'stays' | 'new number' | 'new number alone' | 'new user id'

/** Invents two to four people of one inbox, with what becomes of their ids. */
export function randomPeople(random: Random): World {
  let ids = 0
  const phone = () => `849000000${String(++ids).padStart(2, '0')}`
  const userId = () => `VN.${++ids}`
  const parentId = (isThere: boolean) => (isThere ? `VN.ENT.${++ids}` : null)
  const person = (index: number, fates: readonly Fate[], from: number, firstPhone: string): Person => {
    const eras: Era[] = [{ from, phone: firstPhone, userId: userId(), parentId: parentId(random.chance(0.2)), notice: null }]
    for (const fate of fates) {
      const last = eras.at(-1)
      if (last !== undefined && fate !== 'stays') eras.push(next(last, fate))
    }
    return { name: 'ABCD'[index] ?? '?', eras }
  }
  const next = (last: Era, fate: Fate): Era => {
    const from = last.from + eraMinutes
    // The channel makes the ids of a user anew, so the parent's id changes with the user's.
    const anew = () => ({ userId: userId(), parentId: parentId(last.parentId !== null) })
    if (fate === 'new user id' || last.phone === null) {
      const era = { ...last, ...anew(), from, phone: random.chance(0.4) ? phone() : null }
      return { ...era, notice: { previous: [asUser(last), ...parentOf(last)], current: [asUser(era), ...parentOf(era)] } }
    }
    const era = { ...last, ...(fate === 'new number' && anew()), from, phone: phone() }
    const [before, now] = [idsOf(last), idsOf(era)]
    if (fate === 'new number') {
      return { ...era, notice: { previous: [...before, ...parentOf(last)], current: [...now, ...parentOf(era)] } }
    }
    return { ...era, notice: { previous: before.slice(0, 1), current: random.chance(0.5) ? now : now.slice(0, 1) } }
  }

  const count = random.pick([2, 2, 3, 4])
  const isRecycled = random.chance(0.4)
  const people = Array.from({ length: isRecycled ? count - 1 : count }, (_, index) => {
    const first: Fate = isRecycled && index === 0 ? random.pick(['new number', 'new number alone'] as const) : randomFate(random)
    return person(index, [first, random.chance(0.2) ? randomFate(random) : 'stays'], 0, phone())
  })
  const given = people[0]?.eras[0]?.phone ?? null
  if (!isRecycled || given === null) return { people, recycled: null }
  const taker = person(count - 1, [random.chance(0.2) ? randomFate(random) : 'stays'], eraMinutes + 200, given)
  return { people: [...people, taker], recycled: { giver: 0, taker: count - 1, phone: given } }
}

function asUser({ userId }: Pick<Era, 'userId'>): CustomerIdentity {
  return { id: userId, kind: 'user_id' }
}

/** The id by which the business’s parent knows the user, if it has one. */
export function parentOf({ parentId }: Pick<Era, 'parentId'>): readonly CustomerIdentity[] {
  return parentId === null ? [] : [{ id: parentId, kind: 'parent_user_id' }]
}

/** The phone first, if one is known. The parent's id is not among them. */
export function idsOf(era: Pick<Era, 'phone' | 'userId'>): readonly CustomerIdentity[] {
  return era.phone === null ? [asUser(era)] : [{ id: era.phone, kind: 'phone' }, asUser(era)]
}

function randomFate(random: Random): Fate {
  if (random.chance(0.5)) return 'stays'
  return random.pick(['new number', 'new number alone', 'new user id'] as const)
}
