import type { Conversation } from '../../src/model/records.js'
import type { ConversationKey, ConversationPatch, CustomerKey, UpsertConversationInput } from '../../src/store/inputs.js'
import type { Call, InputOf, Method } from './call.js'
import { inboxMoveCalls } from './inbox-move-calls.js'
import { inboxes } from './inboxes.js'
import { type Random, weighted } from './random.js'
import { randomEvents } from './random-events.js'

/** What a random call may be about. */
export interface Scene {
  readonly random: Random
  /** Tells the values of this call from those of every other. */
  readonly op: string
  /** The number of the customers that are hot now. Customers change during a run, because aliases stay for good. */
  readonly generation: number
  /** Conversations of the account that earlier answers have shown, the oldest first. */
  readonly seen: readonly Pick<Conversation, 'id' | 'version' | 'lastSeq'>[]
  /** Bodies of the journal that earlier answers have shown, with the token of their last claim, the oldest first. */
  readonly kept: readonly { readonly id: string; readonly token: number }[]
  /** False on a standalone mongod, which supports no adoptions and no inboxes either. */
  readonly supportsEvents: boolean
}

/** The channel identities that the accounts take from each other. */
export const ownedInboxes = ['owned-0', 'owned-1', 'owned-2'] as const
export const channels = ['messenger', 'sms'] as const
const customersOfInbox = 3

/** Half of the calls are about the first inbox, so that they meet there. */
function customer({ random, generation }: Scene): CustomerKey {
  return { oaId: random.chance(0.3) ? inboxes[0] : random.pick(inboxes), customerId: `c${generation}-${random.below(customersOfInbox)}` }
}

function target(scene: Scene): ConversationKey {
  const { random, seen } = scene
  return seen.length > 0 && random.chance(0.4) ? { conversationId: random.pick(seen).id } : customer(scene)
}

/** A target, sometimes with a version: the one that was seen last, or any. */
function guarded(scene: Scene): ConversationKey & { readonly expectedVersion?: number } {
  const { random, seen } = scene
  if (random.chance(0.75)) return target(scene)
  if (seen.length === 0 || random.chance(0.3)) return { ...customer(scene), expectedVersion: random.below(6) }
  const { id, version } = random.pick(seen.slice(-8))
  return { conversationId: id, expectedVersion: version }
}

function patch({ random, op }: Scene): ConversationPatch {
  return {
    ...(random.chance(0.5) && { nickname: random.chance(0.1) ? null : `nickname of ${op}` }),
    ...(random.chance(0.2) && { customerName: `name of ${op}` }),
    ...(random.chance(0.15) && { chatbotId: random.pick(['bot-0', 'bot-1']) }),
    ...(random.chance(0.2) && { metadata: { op } }),
  }
}

function upsert(scene: Scene): UpsertConversationInput {
  const { random, generation, supportsEvents } = scene
  const username = { customerUsername: `user-${generation}-${random.below(2)}`, matchUsername: true }
  return {
    ...customer(scene),
    ...(random.chance(0.4) && patch(scene)),
    ...(supportsEvents && random.chance(0.3) && username),
    ...(random.chance(0.1) && { expectedVersion: random.chance(0.3) ? 'absent' : random.below(5) }),
    ...(random.chance(0.2) && { onClosed: random.pick(['new', 'reopen', { reopenWithin: 50 }] as const) }),
  }
}

function item(scene: Scene, index: number): InputOf<'upsertConversationWithEvents'> {
  const { random, supportsEvents } = scene
  const events = supportsEvents ? randomEvents(scene, { item: index, most: 3 }) : []
  return { ...upsert(scene), events: random.chance(0.2) ? [] : events }
}

/**
 * Ids that no other call is about, because a link raises versions and closes conversations without an answer that says
 * so. Links beside everything else are raced in pairs.
 */
function linkedIds({ random, generation }: Scene): InputOf<'linkCustomerIds'> {
  const id = (kind: string) => ({ id: `${kind} ${generation}-${random.below(customersOfInbox)}`, kind })
  return { oaId: random.pick(inboxes), identities: [id('phone'), id('user_id')] }
}

/** How far a reader has read: all of it, up to a message, or up to a time. */
function upTo({ random }: Scene): { readonly seq?: number; readonly upToTime?: Date } {
  if (random.chance(0.4)) return {}
  return random.chance(0.5) ? { seq: 1 + random.below(12) } : { upToTime: new Date(Date.now() - random.below(200)) }
}

/** Few leases, so that they are wanted by several at once. */
function lease(random: Random): { readonly kind: string; readonly key: string } {
  return { kind: 'sync', key: random.pick(inboxes) }
}

/** The claim on a body: mostly the last one, and sometimes one before. */
function claimed({ random, kept }: Scene): { readonly id: string; readonly token: number } {
  if (kept.length === 0) return { id: 'none yet', token: 1 }
  const { id, token } = random.pick(kept)
  return { id, token: random.chance(0.8) ? token : 1 + random.below(token) }
}

const claimMs = [20, 60_000] as const

const seenId = ({ seen, random }: Scene) => (seen.length > 0 ? random.pick(seen).id : 'none yet')
const limit = 4

/** How often each method is called, and with what. A method that is added without a call does not compile. */
const callsOf: { readonly [M in Method]: { readonly weight: number; readonly input: (scene: Scene) => InputOf<M> } } = {
  upsertConversation: { weight: 10, input: upsert },
  upsertConversationWithEvents: { weight: 28, input: (scene) => item(scene, 0) },
  bulkUpsertConversationsWithEvents: {
    weight: 5,
    input(scene) {
      const count = 1 + scene.random.below(4)
      const isOneAtATime = !scene.supportsEvents || scene.random.chance(0.4)
      return { conversations: Array.from({ length: count }, (_, index) => item(scene, index)), ...(isOneAtATime && { atomic: false }) }
    },
  },
  updateConversation: { weight: 6, input: (scene) => ({ ...guarded(scene), ...patch(scene) }) },
  updateNickname: { weight: 4, input: (scene) => ({ ...guarded(scene), nickname: `nickname of ${scene.op}` }) },
  markRead: {
    weight: 6,
    input: (scene) => ({ ...guarded(scene), ...upTo(scene) }),
  },
  markUnread: { weight: 3, input: guarded },
  closeConversation: { weight: 10, input: guarded },
  snoozeConversation: {
    weight: 3,
    input: (scene) => ({ ...guarded(scene), until: new Date(Date.now() + scene.random.below(300)) }),
  },
  reopenConversation: { weight: 8, input: guarded },
  wakeDue: { weight: 1, input: ({ random }) => ({ limit: 1 + random.below(5) }) },
  sweep: { weight: 0.5, input: () => ({ limit: 10 }) },
  applyReceipt: {
    weight: 1,
    input: ({ random }) => ({ oaId: random.pick(inboxes), status: 'delivered', messageIds: [`m${random.below(30)}`] }),
  },
  mergeConversations: { weight: 0, input: (scene) => ({ keep: customer(scene), lose: { conversationId: seenId(scene) } }) },
  unmergeConversations: { weight: 0, input: () => ({ mergeId: 'none' }) },
  mergeContacts: { weight: 0, input: (scene) => ({ keep: customer(scene), lose: customer(scene) }) },
  unmergeContacts: { weight: 0, input: () => ({ mergeId: 'none' }) },
  linkCustomerIds: { weight: 1, input: linkedIds },
  updateContact: { weight: 2, input: (scene) => ({ ...customer(scene), name: `typed in ${scene.op}` }) },
  connectInbox: {
    weight: 2,
    input: ({ random, op }) => ({ oaId: random.pick(ownedInboxes), channel: random.pick(channels), name: op }),
  },
  disconnectInbox: { weight: 2, input: ({ random }) => ({ oaId: random.pick(ownedInboxes) }) },
  recordHistoryProgress: {
    weight: 1,
    input: ({ random }) => ({
      oaId: random.pick(ownedInboxes),
      phase: random.below(3),
      chunkOrder: random.below(9),
      progress: random.below(101),
    }),
  },
  beginSync: { weight: 1, input: ({ random }) => ({ oaId: random.pick(inboxes), source: 'export', incremental: random.chance(0.5) }) },
  resumeSync: { weight: 0.2, input: ({ op }) => ({ sessionId: op, oaId: inboxes[0], source: 'export' }) },
  writeSyncPage: { weight: 0.2, input: ({ op }) => ({ sessionId: op, expectedPages: 0, conversations: [], phase: 'list', cursor: null }) },
  failSync: { weight: 0.2, input: ({ op }) => ({ sessionId: op, error: { code: 'CODE', message: 'why' } }) },
  findSyncSession: { weight: 0.2, input: ({ op }) => ({ sessionId: op }) },
  listSyncSessions: { weight: 0.5, input: ({ random }) => ({ oaId: random.pick(inboxes), limit }) },
  syncStatistics: { weight: 0.5, input: () => ({ limit }) },
  ...inboxMoveCalls,
  findConversation: { weight: 3, input: (scene) => ({ conversationId: seenId(scene) }) },
  findByOaAndCustomer: {
    weight: 4,
    input: (scene) => ({ ...customer(scene), ...(scene.random.chance(0.4) && { status: 'any' }) }),
  },
  findByOa: { weight: 1, input: ({ random }) => ({ oaId: random.pick(inboxes), limit }) },
  findByChatbotId: { weight: 1, input: ({ random }) => ({ chatbotId: `bot-${random.below(2)}`, limit }) },
  listConversations: { weight: 2, input: (scene) => ({ ...customer(scene), limit }) },
  countConversations: { weight: 1, input: customer },
  findMessage: { weight: 3, input: (scene) => ({ ...customer(scene), messageId: `m${scene.random.below(30)}` }) },
  listMessages: {
    weight: 3,
    input: (scene) => ({ conversationId: seenId(scene), order: 'newest', by: scene.random.pick(['time', 'seq'] as const), limit }),
  },
  listEvents: {
    weight: 4,
    input: (scene) => ({ conversationId: seenId(scene), afterEventSeq: scene.random.below(10), limit: 2 + scene.random.below(10) }),
  },
  findContact: { weight: 1, input: customer },
  listInboxes: { weight: 1, input: () => ({ limit }) },
  acquireLease: { weight: 2, input: ({ random, op }) => ({ ...lease(random), holder: op, ttlMs: random.pick([20, 60_000]) }) },
  renewLease: { weight: 1, input: ({ random }) => ({ ...lease(random), token: 1 + random.below(60), ttlMs: 50 }) },
  releaseLease: { weight: 2, input: ({ random }) => ({ ...lease(random), token: 1 + random.below(60) }) },
  listLeases: { weight: 0.5, input: () => ({ limit }) },
  keepWebhook: {
    weight: 2,
    input: ({ random, op }) => ({
      channel: random.pick(channels),
      body: JSON.stringify({ op }),
      retainMs: random.pick([100, 60_000]),
      holder: op,
      claimMs: random.pick(claimMs),
    }),
  },
  takeWebhooks: {
    weight: 2,
    input: (scene) => ({
      holder: scene.op,
      claimMs: scene.random.pick(claimMs),
      limit: 1 + scene.random.below(3),
      ...(scene.random.chance(0.3) && { ids: [claimed(scene).id, claimed(scene).id] }),
    }),
  },
  renewWebhook: { weight: 1, input: (scene) => ({ ...claimed(scene), claimMs: scene.random.pick(claimMs) }) },
  settleWebhook: {
    weight: 2,
    input: (scene) => {
      const report = { op: scene.op }
      if (scene.random.chance(0.3)) return { ...claimed(scene), outcome: 'waiting', report, retryInMs: scene.random.below(50) }
      return { ...claimed(scene), outcome: scene.random.pick(['ingested', 'failed'] as const), report }
    },
  },
  findWebhook: { weight: 0.5, input: (scene) => ({ id: claimed(scene).id }) },
  listWebhooks: { weight: 0.5, input: () => ({ limit }) },
  clearWebhooks: { weight: 0.5, input: ({ random }) => ({ limit: 1 + random.below(5) }) },
  findInboxOwner: { weight: 1, input: ({ random }) => ({ channel: random.pick(channels), oaId: random.pick(ownedInboxes) }) },
}
const entries = Object.entries(callsOf).map(([method, { weight, input }]) => ({ method, weight, input }))
const needTransactions: ReadonlySet<string> = new Set<Method>([
  'sweep',
  'applyReceipt',
  'linkCustomerIds',
  'mergeConversations',
  'unmergeConversations',
  'mergeContacts',
  'unmergeContacts',
  'connectInbox',
  'disconnectInbox',
  'recordHistoryProgress',
  'beginSync',
  'resumeSync',
  'writeSyncPage',
  'failSync',
  'beginInboxMigration',
  'undoInboxMigration',
  'moveInboxBatch',
  'endInboxMigration',
])
const entriesOfStandalone = entries.filter(({ method }) => !needTransactions.has(method))

export function randomCall(scene: Scene): Call {
  const { method, input } = weighted(scene.random, scene.supportsEvents ? entries : entriesOfStandalone)
  return { method, input: input(scene) } as Call
}
