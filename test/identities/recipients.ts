import type { Part } from './expected.js'
import { at } from './history.js'
import type { Outcome } from './outcome.js'

/**
 * The id to answer a person by, where it follows from the calls in whatever order they came. Null where it does not:
 * a number that came with another person's ids is left out until a body names it with the person's own again.
 */
export function recipientOf({ history, answers, expected }: Outcome, part: Part): string | null {
  const person = history.people[part.person]
  const era = person?.eras.at(-1)
  if (person === undefined || era === undefined) return null
  const isWhole = expected.parts.filter((other) => other.person === part.person).length === 1
  // A late notice may bring a number that a later one would have given up.
  if (era.phone === null && person.eras.length > 2) return null
  if (part.writes.some(({ isLast }) => isLast) && isWhole) return era.phone ?? era.userId
  if (!isWhole && person.eras.length > 1) return null
  const others = history.people.filter((other) => other !== person)
  const isShared = person.eras.some(({ phone }) => phone !== null && others.some(({ eras }) => eras.some((each) => each.phone === phone)))
  if (answers.some(({ conflicts }) => conflicts.length > 0) && (isShared || person.eras.length > 1)) return null
  const bodies = part.writes.filter(({ events, mayBeKnown }) => !mayBeKnown && events.some(({ type }) => type === 'message'))
  const tells = (id: string) =>
    bodies.some(({ identities, events }) => {
      const isOfEra = events.some(({ occurredAt }) => occurredAt !== undefined && occurredAt >= at(era.from))
      return isOfEra && identities.length > 1 && identities.some((identity) => identity.id === id)
    })
  const isNoticed = era.notice?.current.some(({ id }) => id === era.phone) === true
  if (isShared || person.eras.length > 1) {
    if (era.phone === null) return isShared ? null : era.userId
    return isNoticed || tells(era.phone) ? era.phone : null
  }
  return era.phone !== null && part.ids.has(era.phone) ? era.phone : era.userId
}
