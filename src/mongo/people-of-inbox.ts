import type { InboxCounts, InboxMoveMatch } from '../model/inbox-migrations.js'
import { isOtherForm, isVariantOf, otherFormsOf, variantFormsOf } from '../model/phone-forms.js'
import { isUnreachable } from '../model/planning/people.js'
import { inSession, type MongoContext } from './context.js'
import { identityMark } from './documents/contact-inboxes.js'
import { list, text, textOrNull } from './documents/fields.js'
import { isMovedBy } from './documents/moved-marks.js'
import type { Doc } from './driver.js'
import { messageKeys } from './schema/hinted-keys.js'

/** Where people are looked for: in the source, by `customerId`, and in the destination. */
export interface InboxRange {
  readonly accountId: string
  readonly sourceOaId: string
  readonly destinationOaId: string
  readonly after: string | null
  /** How many contact inboxes are looked at. */
  readonly limit: number
  /** After which number of conversations no further contact inbox is looked at. */
  readonly conversations: number
  /**
   * How numbers in another form are matched: with everybody in the destination but those whom this migration has moved
   * there. Null where a number counts in its own form alone.
   */
  readonly matching: { readonly except: string | null } | null
}

export interface FoundPerson {
  readonly customerId: string
  readonly contactId: string | null
  readonly isUnreachable: boolean
  /** The contact inboxes of the person, as far as they were read: the head's, and then those of the aliases. */
  readonly group: readonly Doc[]
  readonly conversations: readonly Doc[]
  /** By what the destination knows the person. */
  readonly matchedBy: InboxMoveMatch | null
}

export interface FoundPeople {
  readonly people: readonly FoundPerson[]
  /** How many contact inboxes were looked at, and the conversations under them. */
  readonly contactInboxes: number
  readonly held: readonly Doc[]
  /** The last `customerId` that was looked at. Null when there is nothing after it. */
  readonly next: string | null
  /** The contact inboxes of the other inbox that have one of the ids of these people, or a number of theirs. */
  readonly there: readonly Doc[]
}

const ofContactInbox = { customer_id: 1, canonical_id: 1, contact_id: 1, identities: 1, moved: 1 }
const ofConversation = { contact_inbox_id: 1, active: 1, username_key: 1, 'merged_parts.id': 1, moved: 1 }

/** Reads the next people of an inbox, and which of them another inbox knows. */
export async function peopleOfInbox(context: MongoContext, range: InboxRange): Promise<FoundPeople> {
  const { accountId, sourceOaId, after, limit } = range
  const { contact_inboxes: contactInboxes } = context.collections
  const filter = { accountId, oa_id: sourceOaId, customer_id: { $gt: after ?? '' } }
  const options = { ...inSession(context), projection: ofContactInbox, sort: { accountId: 1, oa_id: 1, customer_id: 1 }, limit: limit + 1 }
  const found = await contactInboxes.find(filter, options).toArray()
  const page = found.slice(0, limit)
  const held = await conversationsUnder(context, accountId, page)
  const rows = within(page, held, range.conversations)
  const heads = rows.filter(({ canonical_id }) => canonical_id === undefined)
  const headIds = heads.map(({ _id }) => text(_id))
  const aliases = await contactInboxes
    .find({ accountId, canonical_id: { $in: headIds } }, { ...inSession(context), projection: ofContactInbox })
    .toArray()
  const read = new Set(page.map(({ _id }) => _id))
  const further = await conversationsUnder(
    context,
    accountId,
    aliases.filter(({ _id }) => !read.has(_id)),
  )
  const all = [...held, ...further]
  const known = await knownIn(context, range, [...heads, ...aliases], all)
  const aliasesOf = groupedBy(aliases, 'canonical_id')
  const conversationsOf = groupedBy(all, 'contact_inbox_id')
  const people = heads.map((head): FoundPerson => {
    const group = [head, ...(aliasesOf.get(head._id) ?? [])]
    const conversations = group.flatMap(({ _id }) => conversationsOf.get(_id) ?? [])
    const customerId = text(head.customer_id)
    const matchedBy = matchOf(customerId, group, conversations, known)
    return {
      customerId,
      contactId: textOrNull(head.contact_id),
      isUnreachable: isUnreachable(list(head.identities).map(identityMark)),
      group,
      conversations,
      matchedBy,
    }
  })
  const next = rows.length < found.length ? textOrNull(rows.at(-1)?.customer_id) : null
  const looked = new Set(rows.map(({ _id }) => _id))
  const lookedAt = held.filter((doc) => looked.has(doc.contact_inbox_id))
  return { people, contactInboxes: rows.length, held: lookedAt, next, there: known.there }
}

function groupedBy(docs: readonly Doc[], field: string): ReadonlyMap<unknown, readonly Doc[]> {
  const groups = new Map<unknown, Doc[]>()
  for (const doc of docs) {
    const group = groups.get(doc[field])
    if (group === undefined) groups.set(doc[field], [doc])
    else group.push(doc)
  }
  return groups
}

/** Counts what is stored under conversations, also under those that were merged into them. */
export async function countsOf(
  context: MongoContext,
  accountId: string,
  contactInboxes: number,
  conversations: readonly Doc[],
): Promise<InboxCounts> {
  const ids = conversations.flatMap((doc) => [doc._id, ...list(doc.merged_parts).map(({ id }) => id)])
  const size = { $size: { $cond: [{ $isArray: '$attachments' }, '$attachments', []] } }
  const pipeline = [
    { $match: { accountId, conversation_id: { $in: ids } } },
    { $group: { _id: null, messages: { $sum: 1 }, attachments: { $sum: size } } },
  ]
  const [sum] = await context.collections.messages.aggregate(pipeline, { ...inSession(context), hint: messageKeys.seq }).toArray()
  const [messages, attachments] = [Number(sum?.messages ?? 0), Number(sum?.attachments ?? 0)]
  return { conversations: conversations.length, messages, attachments, contactInboxes }
}

async function conversationsUnder(context: MongoContext, accountId: string, rows: readonly Doc[]): Promise<readonly Doc[]> {
  if (rows.length === 0) return []
  const filter = { accountId, contact_inbox_id: { $in: rows.map(({ _id }) => _id) } }
  return context.collections.conversations.find(filter, { ...inSession(context), projection: ofConversation }).toArray()
}

/** As many of the rows as come before their conversations are too many. At least one is taken. */
function within(rows: readonly Doc[], held: readonly Doc[], most: number): readonly Doc[] {
  const counts = new Map<unknown, number>()
  for (const { contact_inbox_id: id } of held) counts.set(id, (counts.get(id) ?? 0) + 1)
  let before = 0
  const end = rows.findIndex(({ _id }) => {
    if (before >= most) return true
    before += counts.get(_id) ?? 0
    return false
  })
  return end === -1 ? rows : rows.slice(0, end)
}

interface Known {
  readonly there: readonly Doc[]
  readonly customers: ReadonlySet<unknown>
  /** Those of them with whom another form of a number is matched. */
  readonly matched: ReadonlySet<unknown>
  /** Customers of the source with the other national writing of a number. */
  readonly inSource: ReadonlySet<unknown>
  readonly usernames: ReadonlySet<unknown>
}

async function knownIn(
  context: MongoContext,
  { accountId, sourceOaId, destinationOaId, matching }: InboxRange,
  rows: readonly Doc[],
  conversations: readonly Doc[],
): Promise<Known> {
  const { contact_inboxes: contactInboxes, conversations: all } = context.collections
  const there = { accountId, oa_id: destinationOaId }
  const ids = rows.map(({ customer_id }) => text(customer_id))
  const variants = matching === null ? [] : ids.flatMap(variantFormsOf)
  const others = matching === null ? [] : ids.flatMap(otherFormsOf)
  const find = async (oaId: string, wanted: readonly string[]) => {
    const filter = { accountId, oa_id: oaId, customer_id: { $in: [...new Set(wanted)] } }
    return contactInboxes.find(filter, { ...inSession(context), projection: { customer_id: 1, canonical_id: 1, 'moved.by': 1 } }).toArray()
  }
  const customers = await find(destinationOaId, [...ids, ...others, ...variants])
  const inSource = variants.length === 0 ? [] : await find(sourceOaId, variants)
  const keys = conversations.filter(({ active }) => active === true).flatMap(({ username_key: key }) => (key === undefined ? [] : [key]))
  const named = { ...there, active: true, username_key: { $in: keys } }
  const namesakes = keys.length === 0 ? [] : await all.find(named, { ...inSession(context), projection: { username_key: 1 } }).toArray()
  return {
    there: customers,
    customers: new Set(customers.map(({ customer_id }) => customer_id)),
    matched: new Set(
      customers.filter((doc) => matching !== null && !isMovedBy(doc, matching.except)).map(({ customer_id }) => customer_id),
    ),
    inSource: new Set(inSource.map(({ customer_id }) => customer_id)),
    usernames: new Set(namesakes.map(({ username_key }) => username_key)),
  }
}

function matchOf(
  customerId: string,
  group: readonly Doc[],
  conversations: readonly Doc[],
  { customers, matched, inSource, usernames }: Known,
): InboxMoveMatch | null {
  if (customers.has(customerId)) return 'id'
  if (group.some(({ customer_id }) => customers.has(customer_id))) return 'identity'
  const ids = group.map(({ customer_id }) => text(customer_id))
  const inDestination = (id: string) => matched.has(id)
  if (ids.some((id) => isOtherForm(id, inDestination))) return 'number'
  if (conversations.some(({ active, username_key }) => active === true && usernames.has(username_key))) return 'username'
  return ids.some((id) => isVariantOf(id, (other) => inSource.has(other), inDestination)) ? 'variant' : null
}
