import { idsOf } from '../../model/planning/follow-redirects.js'
import type { UpsertItem } from '../../store/adapter.js'
import type { Doc } from '../driver.js'
import type { CollectionName } from '../schema/collections.js'
import { changesMessages, eventNeeds, onlyCustomer, situationNeeds } from './item-needs.js'
import { anyOf, byKind, latestOfEach, queriesFor } from './queries.js'

/** The contact inboxes of these customers, in one document with the server's time. */
export function customersPipeline(accountId: string, items: readonly UpsertItem[]): Doc[] {
  const customers = { oa_id: anyOf(items, ({ oaId }) => oaId), customer_id: anyOf(items.flatMap(idsOf), (id) => id) }
  return [
    { $match: { accountId, ...customers } },
    { $facet: { own: [{ $match: {} }] } },
    {
      $set: {
        now: '$$NOW',
        own_ids: '$own._id',
        canonical_ids: { $map: { input: '$own', in: { $ifNull: ['$$this.canonical_id', '$$this._id'] } } },
      },
    },
  ]
}

/** The same with the contact inboxes of their heads, and with the ids of those under which anything may be stored. */
export function peoplePipeline(accountId: string, items: readonly UpsertItem[]): Doc[] {
  const canonical = { as: 'canonical', ...referred(accountId, 'contact_inboxes', 'canonical_ids', '_id') }
  return [...customersPipeline(accountId, items), { $lookup: canonical }, { $set: { scope_ids: allScopes } }]
}

/**
 * The contact inboxes under which anything of the customers may be stored: their own, their heads', and the scopes of
 * these.
 */
const allScopes = {
  $setUnion: [
    '$own_ids',
    '$canonical_ids',
    { $reduce: { input: '$canonical.scopes', initialValue: [], in: { $concatArrays: ['$$value', '$$this'] } } },
  ],
}

export interface Lookup {
  readonly as: string
  readonly stage: {
    readonly from: CollectionName
    readonly localField?: string
    readonly foreignField?: string
    readonly pipeline: readonly Doc[]
  }
}

export function lookupsFor(accountId: string, items: readonly UpsertItem[]): readonly Lookup[] {
  const oaId = anyOf(items, (item) => item.oaId)
  const asked = questions(items)
  const found = asked.filter(({ from }) => from === 'messages').map(({ as }) => as)
  return [
    // This goes by the customer, for whom a unique index holds at most one active conversation.
    { as: 'active', stage: referred(accountId, 'conversations', 'canonical.customer_id', 'customer_id', { oa_id: oaId, active: true }) },
    // The look-up above already loads the active conversations.
    {
      as: 'latest',
      stage: referred(accountId, 'conversations', 'canonical_ids', 'contact_inbox_id', {}, [
        ...latestOfEach,
        { $match: { active: { $ne: true } } },
      ]),
    },
    ...asked.map(({ as, from, match, stages, isOfCustomer }) => ({
      as,
      stage: isOfCustomer
        ? referred(accountId, from, 'scope_ids', 'contact_inbox_id', match, stages)
        : { from, pipeline: [{ $match: { accountId, ...match } }, ...stages] },
    })),
    // A message that an event changes may be in a conversation that was closed long ago.
    ...(changesMessages(items) ? found : []).map((as) => ({
      as: `${as}_in`,
      stage: referred(accountId, 'conversations', `${as}.conversation_id`, '_id'),
    })),
    ...(items.some(({ patch }) => typeof patch.customerName === 'string')
      ? [{ as: 'contacts', stage: referred(accountId, 'contacts', 'canonical.contact_id', '_id') }]
      : []),
  ]
}

function referred(
  accountId: string,
  from: CollectionName,
  localField: string,
  foreignField: string,
  match: Doc = {},
  stages: readonly Doc[] = [],
): Lookup['stage'] {
  return { from, localField, foreignField, pipeline: [{ $match: { accountId, ...match } }, ...stages] }
}

/**
 * Whether the messages that watermarks reach are asked for together with the rest. The newest messages of several
 * customers are not the newest of each, so of several the planner asks for those of each.
 */
export function asksUndelivered(items: readonly UpsertItem[]): boolean {
  return onlyCustomer(items) !== null
}

/**
 * The questions about the items' inboxes, usernames and events. Those about events are asked before the contact inboxes
 * are known.
 */
function questions(items: readonly UpsertItem[]) {
  const needs = items.flatMap((item) => [...situationNeeds(item), ...eventNeeds(item, '')])
  const asked = needs.filter(({ what }) => what !== 'customer' && (what !== 'undelivered' || asksUndelivered(items)))
  return [...byKind(asked)].flatMap(([kind, needs]) =>
    queriesFor(kind, needs).map(({ from, match: { contact_inbox_id, ...match }, stages = [] }, index) => {
      return { as: `${kind}_${index}`.replaceAll(' ', '_'), from, match, stages, isOfCustomer: contact_inbox_id !== undefined }
    }),
  )
}
