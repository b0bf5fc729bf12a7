import { peopleIn, personOf } from '../model/planning/copies.js'
import { type Copy, copyOf, hiddenCopies } from '../model/planning/doubles-of-merge.js'
import { type Horizon, horizonsOf } from '../model/planning/read-horizons.js'
import type { ContactInboxRow, ConversationRow } from '../model/planning/rows.js'
import { groupScopes } from '../model/planning/scopes.js'
import type { World } from '../model/planning/world.js'
import { inSession, type MongoContext } from './context.js'
import { integer, list, text } from './documents/fields.js'
import type { Doc } from './driver.js'
import { latestState } from './find-now.js'
import { contactInboxesOf } from './people-in.js'
import { messageKeys } from './schema/time-indexes.js'
import { isShown } from './unread-messages.js'

/** How many numbers of a conversation are looked at by one command, and how many documents one command marks. */
const atOnce = 10_000

/** One of two conversations that are merged. */
interface Side {
  readonly row: ConversationRow
  readonly isOfKept: boolean
  readonly people: readonly ContactInboxRow[]
}

/**
 * Marks the messages that a merge hides, and their events, and returns what is hidden. The rules are those of
 * src/model/planning/doubles-of-merge.ts. The messages of the shorter conversation are gone through, and each of them
 * is looked up by its id in the other one. Nothing is asked of two conversations that can have no message in common.
 */
export async function markDoubles(
  context: MongoContext,
  { kept, lost, mergeId }: { readonly kept: ConversationRow; readonly lost: ConversationRow; readonly mergeId: string },
): Promise<readonly Copy[]> {
  const { accountId } = kept
  const ids = [kept, lost].flatMap(({ contactInboxId, parts }) => [contactInboxId, ...parts.map((part) => part.contactInboxId)])
  const world = await contactInboxesOf(context, accountId, ids)
  const sides = [
    { row: kept, isOfKept: true, people: peopleIn(world, kept) },
    { row: lost, isOfKept: false, people: peopleIn(world, lost) },
  ] as const
  const [shorter, longer] = kept.lastSeq < lost.lastSeq ? sides : ([sides[1], sides[0]] as const)
  const scopes = longer.people
    .filter((one) => shorter.people.some((other) => other.oaId === one.oaId && other.id !== one.id))
    .flatMap(groupScopes)
  if (scopes.length === 0) return []
  const copies: Copy[] = []
  for (const part of horizonsOf(shorter.row)) {
    for (let after = 0; after < part.lastSeq; after += atOnce)
      copies.push(...(await copiesAfter(context, world, { shorter, longer, part, after, scopes })))
  }
  const hidden = hiddenCopies([...new Map(copies.map((copy) => [copy.id, copy])).values()])
  for (let from = 0; from < hidden.length; from += atOnce) {
    const filter = { accountId, _id: { $in: hidden.slice(from, from + atOnce).map(({ id }) => id) } }
    const mark = { $set: { double_in: mergeId } }
    await context.collections.messages.updateMany(filter, mark, inSession(context))
    // A message has the id of its event.
    await context.collections.contact_interaction_events.updateMany(filter, mark, inSession(context))
  }
  return hidden
}

interface Range {
  readonly shorter: Side
  readonly longer: Side
  readonly part: Horizon
  readonly after: number
  /** The scopes of the longer conversation that may have copies. */
  readonly scopes: readonly string[]
}

async function copiesAfter(
  context: MongoContext,
  world: Pick<World, 'contactInboxById'>,
  { shorter, longer, part, after, scopes }: Range,
): Promise<readonly Copy[]> {
  const { accountId } = shorter.row
  const held = horizonsOf(longer.row)
  const [own, other] = [isShown(part), isShown({ merges: held[0]?.merges ?? [] })]
  const pipeline: Doc[] = [
    { $match: { accountId, conversation_id: part.id, seq: { $gt: after, $lte: after + atOnce }, message_id: { $exists: true }, ...own } },
    { $project: fields },
    {
      $lookup: {
        as: 'same',
        from: 'messages',
        localField: 'message_id',
        foreignField: 'message_id',
        pipeline: [
          { $match: { accountId, contact_inbox_id: { $in: scopes }, conversation_id: { $in: held.map(({ id }) => id) }, ...other } },
          { $project: fields },
        ],
      },
    },
    { $match: { 'same.0': { $exists: true } } },
  ]
  const found = await context.collections.messages.aggregate(pipeline, { ...latestState(context), hint: messageKeys.seq }).toArray()
  return found.flatMap((doc) => [...copiesOf(world, shorter, [doc]), ...copiesOf(world, longer, list(doc.same))])
}

const fields = { conversation_id: 1, contact_inbox_id: 1, message_id: 1, seq: 1, direction: 1, is_silent: 1, is_history: 1 }

function copiesOf(world: Pick<World, 'contactInboxById'>, { row, isOfKept, people }: Side, found: readonly Doc[]): readonly Copy[] {
  const parts = new Map(horizonsOf(row).map((part) => [part.id, part]))
  const persons = new Map(people.flatMap((person) => groupScopes(person).map((scope) => [scope, person] as const)))
  return found.flatMap((doc) => {
    const part = parts.get(text(doc.conversation_id))
    const scope = text(doc.contact_inbox_id)
    const person = persons.get(scope) ?? personOf(world, scope)
    if (part === undefined || person === null) return []
    const message = {
      id: text(doc._id),
      messageId: text(doc.message_id),
      seq: integer(doc.seq),
      direction: doc.direction === 'outbound' ? ('outbound' as const) : ('inbound' as const),
      isSilent: doc.is_silent === true,
      history: doc.is_history === true,
    }
    const { seqBase, readSeq } = part
    return [copyOf(message, { oaId: person.oaId, personId: person.id, seqBase, isOfKept, readSeq })]
  })
}
