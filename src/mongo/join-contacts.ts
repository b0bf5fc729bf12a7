import { contactMergeOf, holdContact } from '../model/planning/contact-merges.js'
import { keptContact } from '../model/planning/people.js'
import type { ContactRow } from '../model/planning/rows.js'
import { inSession, type MongoContext } from './context.js'
import { contactMergeDocument } from './documents/contact-merges.js'
import { contactDocument } from './documents/contacts.js'
import { integer, text } from './documents/fields.js'
import { updateBetween } from './field-updates.js'
import { latestState } from './find-now.js'
import { loadedWorld } from './upsert/loaded-world.js'
import { noting, planEach, planInRounds } from './upsert/plan-in-rounds.js'

/** Two contacts that are to become one, by the ids that somebody has of them. */
export interface ContactPair {
  readonly mergeId: string
  readonly keptId: string | null
  readonly lostId: string | null
}

/** The merge of a pair: both contacts before it, the kept one after it, and the ids that lead to that one since. */
interface Joined {
  readonly mergeId: string
  readonly kept: ContactRow
  readonly lost: ContactRow
  readonly next: ContactRow
  readonly movedIds: readonly string[]
}

/**
 * Makes one contact of each pair in their order, unless they are one already, in the same number of commands for many
 * pairs. Every contact that changes is written, so that every other write to one of them conflicts with it. Returns the
 * kept contact of each merge, by the merge's id.
 */
export async function joinContacts(
  context: MongoContext,
  { accountId, now }: { readonly accountId: string; readonly now: Date },
  pairs: readonly ContactPair[],
): Promise<ReadonlyMap<string, ContactRow>> {
  const world = loadedWorld()
  const planned = await planInRounds(context, world, accountId, (needs) =>
    noting(needs, () =>
      planEach(world, pairs, ({ mergeId, keptId, lostId }): Joined | null => {
        const [kept, lost] = [keptId, lostId].map((id) => (id === null ? null : keptContact(world, id)))
        if (!kept || !lost || kept.id === lost.id) return null
        const movedIds = world.contactsMergedInto(lost.id).map(({ id }) => id)
        return { mergeId, kept, lost, movedIds, next: holdContact(world, kept, lost, now) }
      }),
    ),
  )
  const joined = planned.filter((each) => each !== null)
  if (joined.length === 0) return new Map()
  const places = await lastPlaces(
    context,
    accountId,
    joined.map(({ kept }) => kept.id),
  )
  const merges = joined.map(({ kept, lost, mergeId, movedIds }) => {
    const place = (places.get(kept.id) ?? 0) + 1
    places.set(kept.id, place)
    return contactMergeOf(kept, lost, { mergeId, now, place, movedIds })
  })
  const writing = world.contacts.changes().updated.map(({ before, row }) => {
    const update = { ...updateBetween(contactDocument(before), contactDocument(row)), $inc: { lock: 1 } }
    return { updateOne: { filter: { accountId, _id: row.id }, update } }
  })
  await context.collections.contacts.bulkWrite(writing, inSession(context))
  await context.collections.contact_merges.insertMany(merges.map(contactMergeDocument), inSession(context))
  return new Map(joined.map(({ mergeId, next }) => [mergeId, next]))
}

/** The places of the last merges into these contacts that stand. */
async function lastPlaces(context: MongoContext, accountId: string, keptIds: readonly string[]): Promise<Map<string, number>> {
  const pipeline = [
    { $match: { accountId, kept_id: { $in: [...new Set(keptIds)] }, standing: true } },
    { $group: { _id: '$kept_id', place: { $max: '$place' } } },
  ]
  const found = await context.collections.contact_merges.aggregate(pipeline, latestState(context)).toArray()
  return new Map(found.map(({ _id, place }) => [text(_id), integer(place)]))
}
