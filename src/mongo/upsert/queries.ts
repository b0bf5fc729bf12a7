import { removedByOneWrite } from '../../model/limits.js'
import type { Doc } from '../driver.js'
import type { CollectionName } from '../schema/collections.js'
import { messageKeys, waitingKeys } from '../schema/hinted-keys.js'
import { isShown } from '../unread-messages.js'
import { answers, questionsAfter } from '../waiting-filters.js'
import { markedAtOnce } from './left-to-mark.js'
import type { Need } from './needs.js'

export type NeedKind = Need['what']
type NeedOf<K extends NeedKind> = Extract<Need, { readonly what: K }>

export interface Query {
  readonly from: CollectionName
  /** A filter without the account. The code that sends the query adds the account in front, also in look-ups. */
  readonly match: Doc
  readonly stages?: readonly Doc[]
  /** The key of the index to use, where several could serve the query. A look-up within a command can't have one. */
  readonly hint?: Doc
}

/**
 * How questions of one kind are put to the database. A filter may be wider than the questions (any of the contact
 * inboxes with any of the ids), because the additional rows it finds are true as well.
 */
const queries: { readonly [K in NeedKind]: (needs: readonly NeedOf<K>[]) => readonly Query[] } = {
  inbox: (needs) => [{ from: 'inboxes', match: { oa_id: anyOf(needs, ({ oaId }) => oaId) } }],
  contact: (needs) => [{ from: 'contacts', match: { _id: anyOf(needs, ({ id }) => id) } }],
  'contacts merged into': (needs) => [{ from: 'contacts', match: { merged_into: anyOf(needs, ({ id }) => id) } }],
  customer: (needs) => [
    {
      from: 'contact_inboxes',
      match: { oa_id: anyOf(needs, ({ oaId }) => oaId), customer_id: anyOf(needs, ({ customerId }) => customerId) },
    },
  ],
  'contact inbox': (needs) => [{ from: 'contact_inboxes', match: { _id: anyOf(needs, ({ id }) => id) } }],
  aliases: (needs) => [{ from: 'contact_inboxes', match: { canonical_id: anyOf(needs, contactInboxOf) } }],
  conversation: (needs) => [{ from: 'conversations', match: { _id: anyOf(needs, ({ id }) => id) } }],
  'active conversation': (needs) => [{ from: 'conversations', match: { contact_inbox_id: anyOf(needs, contactInboxOf), active: true } }],
  'latest conversation': (needs) => [
    { from: 'conversations', match: { contact_inbox_id: anyOf(needs, contactInboxOf) }, stages: latestOfEach },
  ],
  'all conversations': (needs) => [{ from: 'conversations', match: { contact_inbox_id: anyOf(needs, contactInboxOf) } }],
  'all waiting': (needs) => [{ from: 'contact_interaction_events', match: waitingUnder(needs) }],
  doubles: (needs) => needs.flatMap(({ scopes }) => (['message_id', 'local_id'] as const).map((field) => doublesBy(field, scopes))),
  // load-common.ts puts more than one question for these.
  'common messages': () => [],
  username: (needs) => [
    {
      from: 'conversations',
      match: { oa_id: anyOf(needs, ({ oaId }) => oaId), username_key: anyOf(needs, ({ usernameKey }) => usernameKey), active: true },
    },
  ],
  operation: (needs) => [
    {
      from: 'conversations',
      match: { contact_inbox_id: anyOf(needs, contactInboxOf), 'operations.id': anyOf(needs, ({ operationId }) => operationId) },
    },
  ],
  message: (needs) => [{ from: 'messages', match: { _id: anyOf(needs, ({ id }) => id) } }],
  'message by message id': (needs) => [{ from: 'messages', match: scoped(needs, 'message_id') }],
  'message by local id': (needs) => [{ from: 'messages', match: scoped(needs, 'local_id') }],
  'event by message id': (needs) => [{ from: 'contact_interaction_events', match: scoped(needs, 'message_id') }],
  'event by dedupe key': (needs) => [{ from: 'contact_interaction_events', match: scoped(needs, 'dedupe_key') }],
  'anything waiting': (needs) => {
    const isOne = needs.every(({ contactInboxId }) => contactInboxId === needs[0]?.contactInboxId)
    const stages = isOne ? [{ $limit: 1 }] : firstOfEach
    return [{ from: 'contact_interaction_events', match: waitingUnder(needs), stages, hint: waitingKeys.target }]
  },
  'waiting for message': (needs) => [
    {
      from: 'contact_interaction_events',
      match: { ...waitingUnder(needs), target_message_id: anyOf(needs, ({ value }) => value) },
      hint: waitingKeys.target,
    },
  ],
  'waiting for local': (needs) => [
    {
      from: 'contact_interaction_events',
      match: { ...waitingUnder(needs), local_id: anyOf(needs, ({ value }) => value) },
      hint: waitingKeys.local,
    },
  ],
  'waiting for conversation': (needs) => [
    {
      from: 'contact_interaction_events',
      match: { ...waitingUnder(needs), target_message_id: null, local_id: null },
      hint: waitingKeys.target,
    },
  ],
  'waiting since': (needs) =>
    needs.map((need) => ({
      from: 'contact_interaction_events',
      match: { ...waitingUnder([need]), created_at: { $lte: need.since } },
      stages: [{ $sort: { created_at: 1, _id: 1 } }, { $limit: removedByOneWrite }],
      hint: waitingKeys.order,
    })),
  undelivered: (needs) =>
    needs.map(({ contactInboxId, status, upTo }) => ({
      from: 'messages',
      match: { contact_inbox_id: contactInboxId, awaits: status, sent_at: { $lte: upTo } },
      stages: [{ $sort: { sent_at: -1 } }, { $limit: markedAtOnce }],
    })),
  'latest message': (needs) =>
    needs.map(({ conversationId, merges, but }) => ({
      from: 'messages',
      match: { conversation_id: conversationId, _id: { $nin: but }, ...isShown({ merges }) },
      stages: [{ $sort: { occurred_at: -1, seq: -1 } }, { $limit: 1 }],
      hint: messageKeys.time,
    })),
  'last answer': (needs) =>
    needs.map(({ conversationId, merges, but }) => ({
      from: 'messages',
      match: { conversation_id: conversationId, _id: { $nin: but }, ...answers, ...isShown({ merges }) },
      stages: [{ $sort: { occurred_at: -1, seq: -1 } }, { $limit: 1 }],
      hint: messageKeys.time,
    })),
  'first question': (needs) =>
    needs.map(({ conversationId, merges, after, but }) => ({
      from: 'messages',
      match: { conversation_id: conversationId, _id: { $nin: but }, ...questionsAfter(after), ...isShown({ merges }) },
      stages: [{ $sort: { occurred_at: 1, seq: 1 } }, { $limit: 1 }],
      hint: messageKeys.time,
    })),
}

/** The queries for questions of one kind. */
export function queriesFor(kind: NeedKind, needs: readonly Need[]): readonly Query[] {
  // TypeScript does not see that a kind and the questions of that kind belong together.
  return (queries[kind] as (needs: readonly Need[]) => readonly Query[])(needs)
}

/** The latest conversation of each contact inbox. An index holds the conversations in this order. */
export const latestOfEach: readonly Doc[] = [
  { $sort: { contact_inbox_id: 1, created_at: -1, _id: -1 } },
  { $group: { _id: '$contact_inbox_id', latest: { $first: '$$ROOT' } } },
  { $replaceRoot: { newRoot: '$latest' } },
]

/** Any one of the documents of each contact inbox. */
const firstOfEach: readonly Doc[] = [
  { $sort: { contact_inbox_id: 1 } },
  { $group: { _id: '$contact_inbox_id', first: { $first: '$$ROOT' } } },
  { $replaceRoot: { newRoot: '$first' } },
]

/** The needs of each kind, in order. */
export function byKind(needs: Iterable<Need>): Map<NeedKind, Need[]> {
  const kinds = new Map<NeedKind, Need[]>()
  for (const need of needs) {
    const same = kinds.get(need.what)
    if (same) same.push(need)
    else kinds.set(need.what, [need])
  }
  return kinds
}

/** The latest conversation of a single contact inbox. */
export const latestOfOne: readonly Doc[] = [{ $sort: { created_at: -1, _id: -1 } }, { $limit: 1 }]

/**
 * The messages of all scopes but the first that have an id which an earlier scope has, and those that have it there. It
 * goes through the messages of the people who were joined last, and looks up each of their ids by its index.
 */
function doublesBy(field: 'message_id' | 'local_id', scopes: readonly string[]): Query {
  const pipeline = [{ $match: { contact_inbox_id: { $in: scopes } } }]
  return {
    from: 'messages',
    match: { contact_inbox_id: { $in: scopes.slice(1) }, [field]: { $exists: true } },
    stages: [
      { $lookup: { as: 'same', from: 'messages', localField: field, foreignField: field, pipeline } },
      { $match: { 'same.1': { $exists: true } } },
      { $unwind: '$same' },
      { $replaceRoot: { newRoot: '$same' } },
    ],
  }
}

/** A filter for any of these values. A single value needs no list. */
export function anyOf<T>(rows: readonly T[], toValue: (row: T) => string): string | { readonly $in: readonly string[] } {
  const values = [...new Set(rows.map(toValue))]
  const [only] = values
  return values.length === 1 && only !== undefined ? only : { $in: values }
}

function contactInboxOf({ contactInboxId }: { readonly contactInboxId: string }): string {
  return contactInboxId
}

/** A filter for the events that wait under any of these contact inboxes. */
function waitingUnder(needs: readonly { readonly contactInboxId: string }[]): Doc {
  return { contact_inbox_id: anyOf(needs, contactInboxOf), waiting: true }
}

function scoped(needs: readonly { readonly contactInboxId: string; readonly value: string }[], field: string): Doc {
  return { contact_inbox_id: anyOf(needs, contactInboxOf), [field]: anyOf(needs, ({ value }) => value) }
}
