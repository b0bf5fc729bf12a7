import type { InboxMovePreview } from '../../model/inbox-migrations.js'
import { knownInDestination } from '../../model/planning/known-in-destination.js'
import { headById } from '../../model/planning/link-identities.js'
import type { PreviewInboxMove } from '../../store/adapter.js'
import type { MongoContext } from '../context.js'
import { text } from '../documents/fields.js'
import { countsOf, type FoundPerson, peopleOfInbox } from '../people-of-inbox.js'
import { loadedWorld } from '../upsert/loaded-world.js'
import { noting, planInRounds } from '../upsert/plan-in-rounds.js'

/** What a move will meet of those whom the destination knows. */
function meetings(context: MongoContext, { accountId, destinationOaId }: PreviewInboxMove, people: readonly FoundPerson[]) {
  const world = loadedWorld()
  const known = people.flatMap(({ matchedBy, group: [head] }) => (matchedBy === null ? [] : [{ id: text(head?._id), matchedBy }]))
  return planInRounds(context, world, accountId, (needs) => {
    const met = known.map(({ id, matchedBy }) =>
      noting(needs, () => knownInDestination(world, destinationOaId, headById({ world }, id), matchedBy)),
    )
    return met.flatMap((person) => person ?? [])
  })
}

/** Counts a part of an inbox, and names who of it another one knows. */
export async function previewInboxMove(context: MongoContext, input: PreviewInboxMove): Promise<InboxMovePreview> {
  const { accountId } = input
  const { people, contactInboxes, held, next } = await peopleOfInbox(context, {
    ...input,
    conversations: Number.POSITIVE_INFINITY,
    matching: { except: null },
  })
  const known = await meetings(context, input, people)
  const contacts = people.filter(({ contactId }) => contactId !== null).length
  const unreachable = people.filter((person) => person.isUnreachable).length
  return { ...(await countsOf(context, accountId, contactInboxes, held)), people: people.length, contacts, unreachable, known, next }
}
