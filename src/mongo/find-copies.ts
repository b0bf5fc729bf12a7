import { peopleIn } from '../model/planning/copies.js'
import { copiesMarkedAtOnce } from '../model/planning/copies-at-once.js'
import { type Copy, copyOf } from '../model/planning/doubles-of-merge.js'
import { mergesOf } from '../model/planning/merged-parts.js'
import { type Horizon, horizonsOf } from '../model/planning/read-horizons.js'
import type { ContactInboxRow, ConversationRow } from '../model/planning/rows.js'
import { groupScopes } from '../model/planning/scopes.js'
import type { MongoContext } from './context.js'
import { integer, text } from './documents/fields.js'
import type { Doc } from './driver.js'
import { latestState } from './find-now.js'
import { contactInboxesOf } from './people-in.js'
import { messageKeys } from './schema/hinted-keys.js'
import { isShown } from './unread-messages.js'

/** One of two conversations that are merged. */
export interface Side {
  readonly row: ConversationRow
  readonly isOfKept: boolean
  readonly people: readonly ContactInboxRow[]
}

/** Two conversations that may have messages in common. */
export interface Sides {
  readonly shorter: Side
  readonly longer: Side
}

/** A message that both conversations have, without what changes while they are written to. */
export interface FoundCopy {
  readonly id: string
  readonly storedId: string
  readonly isOfKept: boolean
  /** The message as a copy, once it is known where its read horizon is. */
  at(horizon: Pick<Horizon, 'seqBase' | 'readSeq'>): Copy
}

/** Null for two conversations that can have no message in common, of which no message is asked. */
export async function sidesOf(context: MongoContext, kept: ConversationRow, lost: ConversationRow): Promise<Sides | null> {
  const ids = [kept, lost].flatMap(({ contactInboxId, parts }) => [contactInboxId, ...parts.map((part) => part.contactInboxId)])
  const world = await contactInboxesOf(context, kept.accountId, ids)
  const [ofKept, ofLost] = [kept, lost].map((row) => ({ row, isOfKept: row === kept, people: peopleIn(world, row) })) as [Side, Side]
  const [shorter, longer] = kept.lastSeq < lost.lastSeq ? [ofKept, ofLost] : [ofLost, ofKept]
  return commonScopes(shorter, longer).length === 0 ? null : { shorter, longer }
}

/** The scopes of one conversation that may have copies of messages of the other one. */
function commonScopes(from: Side, to: Side): readonly string[] {
  return to.people.filter((one) => from.people.some((other) => other.oaId === one.oaId && other.id !== one.id)).flatMap(groupScopes)
}

/** The messages that two conversations have in common, with all copies of them. */
export async function commonCopies(context: MongoContext, kept: ConversationRow, lost: ConversationRow): Promise<readonly FoundCopy[]> {
  const sides = await sidesOf(context, kept, lost)
  return sides === null ? [] : allCopies(context, sides)
}

/** The messages of the shorter conversation are gone through, and each of them is looked up in the other one. */
export function allCopies(context: MongoContext, { shorter, longer }: Sides): Promise<readonly FoundCopy[]> {
  return copiesAfter(context, { from: shorter, to: longer }, () => 0)
}

/**
 * The messages of `from` with a number past the one given for what is stored under their id, and their copies. Those of
 * one step are looked up by their ids in one command, because a `$lookup` of each of them takes many times as long.
 */
export async function copiesAfter(
  context: MongoContext,
  { from, to }: { readonly from: Side; readonly to: Side },
  seen: (storedId: string) => number,
): Promise<readonly FoundCopy[]> {
  const { accountId } = from.row
  const messages = context.collections.messages
  const shownThere = {
    accountId,
    contact_inbox_id: { $in: commonScopes(from, to) },
    conversation_id: { $in: horizonsOf(to.row).map(({ id }) => id) },
    ...isShown({ merges: mergesOf(to.row) }),
  }
  const options = { ...latestState(context), projection: fields }
  const found: FoundCopy[] = []
  for (const part of horizonsOf(from.row)) {
    for (let after = seen(part.id); after < part.lastSeq; after += copiesMarkedAtOnce) {
      const place = { conversation_id: part.id, seq: { $gt: after, $lte: after + copiesMarkedAtOnce } }
      const named = { accountId, ...place, message_id: { $exists: true }, ...isShown(part) }
      const own = await messages.find(named, { ...options, hint: messageKeys.seq }).toArray()
      const ids = own.map((doc) => text(doc.message_id))
      const copies = ids.length === 0 ? [] : await messages.find({ ...shownThere, message_id: { $in: ids } }, options).toArray()
      const common = new Set(copies.map((doc) => text(doc.message_id)))
      found.push(
        ...copiesOf(
          from,
          own.filter((doc) => common.has(text(doc.message_id))),
        ),
        ...copiesOf(to, copies),
      )
    }
  }
  return found
}

const fields = { conversation_id: 1, contact_inbox_id: 1, message_id: 1, seq: 1, direction: 1, is_silent: 1, is_history: 1 }

function copiesOf({ isOfKept, people }: Side, docs: readonly Doc[]): readonly FoundCopy[] {
  return docs.flatMap((doc) => {
    // A person's messages may be stored under other ids than those that the conversation names.
    const person = people.find((each) => groupScopes(each).includes(text(doc.contact_inbox_id)))
    if (person === undefined) return []
    const message = {
      id: text(doc._id),
      messageId: text(doc.message_id),
      seq: integer(doc.seq),
      direction: doc.direction === 'outbound' ? ('outbound' as const) : ('inbound' as const),
      isSilent: doc.is_silent === true,
      history: doc.is_history === true,
    }
    const place = { oaId: person.oaId, personId: person.id, isOfKept }
    return [{ id: message.id, storedId: text(doc.conversation_id), isOfKept, at: (horizon) => copyOf(message, { ...place, ...horizon }) }]
  })
}
