import type { ContractBackend } from '../../../src/contract/index.js'
import { interceptedAdapter } from '../../../src/contract/intercepted-adapter.js'
import { ConversationStoreError, isConversationStoreError } from '../../../src/model/errors.js'
import type { AccountConversations } from '../../../src/store/account-conversations.js'
import { type ConversationStore, createConversationStore } from '../../../src/store/create-conversation-store.js'
import type { ConversationKey, UpsertConversationInput } from '../../../src/store/inputs.js'
import { collect } from './collect.js'
import { sendToJournal } from './journal-calls.js'
import { sendLease } from './lease-calls.js'
import { isMoveCall, type KnownMigration, sendMove } from './move-calls.js'
import { oneOf } from './one-of.js'
import type { Call, Customer, NamedCustomer, OfHistory, Operation, Target, Upsert, Written } from './operation.js'
import { rowsByCustomer } from './rows-by-customer.js'
import { isSyncCall, type KnownSession, sendSync } from './sync-calls.js'

/**
 * One of the stores that run the same calls. Each has its own clock and makes its own ids, and both go the same way in
 * all stores.
 */
export interface Replica {
  run(operation: Operation, knownIds: readonly string[]): Promise<unknown>
}

export function createReplica(backend: ContractBackend, run: string): Replica {
  let time = Date.UTC(2024, 4, 2, 12)
  let ids = 0
  let isReplyLost = false
  const byCustomer = rowsByCustomer()
  const made: Made = { merges: [], contactMerges: [], webhooks: [], sessions: [], migrations: [] }
  const adapter = interceptedAdapter(backend.createAdapter(), async (call) => {
    const input = byCustomer(call)
    const result = await call.send(input)
    const operationId: unknown = Reflect.get(Object(input), 'operationId')
    if (!isReplyLost || typeof operationId !== 'string') return result
    isReplyLost = false
    throw new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId }, { cause: new Error('the reply was lost') })
  })
  const store = createConversationStore({
    adapter,
    clock: () => new Date(time),
    newId: () => `${run}-${String(++ids).padStart(6, '0')}`,
    retry: { baseMs: 0, maxMs: 0 },
  })
  return {
    async run(operation, knownIds) {
      time += operation.milliseconds
      isReplyLost = operation.isReplyLost
      try {
        return plain(await send(store, run, operation, knownIds, time, made))
      } catch (error) {
        if (!isConversationStoreError(error)) throw error
        return { code: error.code, details: error.details }
      } finally {
        isReplyLost = false
      }
    },
  }
}

/** The ids of what a replica has made, whichever account it belongs to. */
interface Made {
  readonly merges: string[]
  readonly contactMerges: string[]
  readonly webhooks: string[]
  /** The sessions of syncs, as they were when an answer last told of them. */
  readonly sessions: KnownSession[]
  /** The moves of inboxes, in the same way. */
  readonly migrations: KnownMigration[]
}

/** Errors in results are compared by what they say. */
function plain(result: unknown): unknown {
  if (!Array.isArray(result)) return result
  return result.map((each: unknown) => {
    const error: unknown = Reflect.get(Object(each), 'error')
    return isConversationStoreError(error) ? { ok: false, code: error.code, details: error.details } : each
  })
}

function send(
  store: ConversationStore,
  run: string,
  { account: number, call }: Operation,
  knownIds: readonly string[],
  time: number,
  made: Made,
): PromiseLike<unknown> {
  const account = store.forAccount(`${run}-account-${number}`)
  const oaId = (inbox: number) => `${run}-oa-${inbox}`
  const customerKey = ({ inbox, customer }: Customer) => ({ oaId: oaId(inbox), customerId: `c${customer}` })
  const knownId = (known: number) => knownIds[known % Math.max(1, knownIds.length)] ?? 'none yet'
  const key = (target: Target): ConversationKey => ('known' in target ? { conversationId: knownId(target.known) } : customerKey(target))
  const named = (identities: readonly NamedCustomer[]) => identities.map(({ customer, kind }) => ({ id: `c${customer}`, kind }))
  const upsert = ({
    inbox,
    customer,
    patch,
    channel,
    expectedVersion,
    onClosed,
    matchUsername,
    identities,
  }: Upsert): UpsertConversationInput => ({
    ...customerKey({ inbox, customer }),
    ...patch,
    ...(channel !== undefined && { channel }),
    ...(expectedVersion !== undefined && { expectedVersion }),
    ...(onClosed !== undefined && { onClosed }),
    ...(matchUsername !== undefined && { matchUsername }),
    ...(identities !== undefined && { identities: named(identities) }),
  })
  const ofHistory = ({ opens, markUnread }: OfHistory) => ({
    ...(opens !== undefined && { opens }),
    ...(markUnread !== undefined && { markUnread }),
  })
  const write = (item: Written) => ({ ...upsert(item), ...ofHistory(item), events: item.events })
  const filter = ({ inbox, customer, ...rest }: Extract<Call, { verb: 'list' | 'count' }>['filter']) => ({
    ...rest,
    ...(inbox !== undefined && { oaId: oaId(inbox) }),
    ...(customer !== undefined && { customerId: `c${customer}` }),
  })
  const noting = async <T>(answer: Promise<T>): Promise<T> => {
    const result = await answer
    for (const each of Array.isArray(result) ? result : [result]) {
      const mergeId: unknown = Reflect.get(Object(each), 'mergeId')
      if (typeof mergeId === 'string') made.merges.push(mergeId)
    }
    return result
  }
  return sendTo(account, call)

  function sendTo(to: AccountConversations, given: Call): PromiseLike<unknown> {
    if (isSyncCall(given)) return sendSync(to, given, { oaId, write, time, sessions: made.sessions })
    if (isMoveCall(given)) return sendMove(to, given, { oaId, migrations: made.migrations })
    switch (given.verb) {
      case 'upsert':
        return noting(to.upsertConversation(upsert(given)))
      case 'write':
        return noting(to.upsertConversationWithEvents({ ...upsert(given), ...ofHistory(given), events: given.events }))
      case 'bulk':
        return noting(
          to.bulkUpsertConversationsWithEvents({
            atomic: given.atomic,
            conversations: given.items.map(write),
          }),
        )
      case 'update':
        return to.updateConversation({
          ...key(given.target),
          ...given.patch,
          ...(given.expectedVersion !== undefined && { expectedVersion: given.expectedVersion }),
        })
      case 'nickname':
        return to.updateNickname({ ...key(given.target), nickname: given.nickname })
      case 'read':
        return to.markRead({
          ...key(given.target),
          ...(given.seq !== undefined && { seq: given.seq }),
          ...(given.upToTime !== undefined && { upToTime: given.upToTime }),
        })
      case 'unread':
      case 'close':
      case 'reopen': {
        const input = { ...key(given.target), ...(given.expectedVersion !== undefined && { expectedVersion: given.expectedVersion }) }
        if (given.verb === 'unread') return to.markUnread(input)
        return given.verb === 'close' ? to.closeConversation(input) : to.reopenConversation(input)
      }
      case 'snooze':
        return to.snoozeConversation({ ...key(given.target), until: new Date(time + given.minutes * 60_000) })
      case 'wake':
        return to.wakeDue({ limit: given.limit })
      case 'sweep':
        return to.sweep({ limit: given.limit })
      case 'receipt':
        return to.applyReceipt({ oaId: oaId(given.inbox), status: given.status, messageIds: [given.messageId], occurredAt: new Date(time) })
      case 'merge':
        return noting(to.mergeConversations({ keep: key(given.keep), lose: key(given.lose), link: given.link }))
      case 'unmerge':
        return to.unmergeConversations({ mergeId: oneOf(made.merges, given.merge) })
      case 'merge contacts':
        return to.mergeContacts({ keep: customerKey(given.keep), lose: customerKey(given.lose) }).then((result) => {
          made.contactMerges.push(result.mergeId)
          return result
        })
      case 'unmerge contacts':
        return to.unmergeContacts({ mergeId: oneOf(made.contactMerges, given.merge) })
      case 'link':
        return to.linkCustomerIds({ oaId: oaId(given.inbox), identities: named(given.identities) })
      case 'find':
        return 'known' in given.target
          ? to.findConversation({ conversationId: knownId(given.target.known) })
          : to.findByOaAndCustomer({ ...customerKey(given.target), status: given.any ? 'any' : 'active' })
      case 'list':
        return collect(to.listConversations({ ...filter(given.filter), limit: given.limit }))
      case 'list by inbox':
        return collect(to.findByOa({ ...filter(given.filter), oaId: oaId(given.inbox), limit: given.limit }))
      case 'list by chatbot':
        return collect(to.findByChatbotId({ ...filter(given.filter), chatbotId: 'bot', limit: given.limit }))
      case 'count':
        return to.countConversations(filter(given.filter))
      case 'message': {
        const who = customerKey(given)
        return to.findMessage('messageId' in given ? { ...who, messageId: given.messageId } : { ...who, localId: given.localId })
      }
      case 'messages':
        return collect(
          to.listMessages({
            conversationId: knownId(given.known),
            order: given.order,
            limit: given.limit,
            ...('by' in given ? { by: given.by } : { afterSeq: given.afterSeq }),
          }),
        )
      case 'events':
        return collect(to.listEvents({ conversationId: knownId(given.known), afterEventSeq: given.afterEventSeq, limit: given.limit }))
      case 'contact':
        return to.findContact(customerKey(given))
      case 'name contact':
        return to.updateContact({ ...customerKey(given), name: given.name })
      case 'connect': {
        const bot = given.chatbotId !== undefined && { chatbotId: given.chatbotId }
        return to.connectInbox({ oaId: oaId(given.inbox), channel: given.channel, onClosed: given.onClosed, ...bot })
      }
      case 'disconnect':
        return to.disconnectInbox({ oaId: oaId(given.inbox) })
      case 'history':
        return to.recordHistoryProgress({ oaId: oaId(given.inbox), ...given.step })
      case 'inboxes':
        return collect(to.listInboxes({ limit: given.limit }))
      case 'acquire lease':
      case 'renew lease':
      case 'release lease':
      case 'leases':
        return sendLease(to, given, oaId)
      case 'keep webhook':
      case 'take webhooks':
      case 'renew webhook':
      case 'settle webhook':
      case 'find webhook':
      case 'webhooks':
      case 'clear webhooks':
        return sendToJournal(store.forOperator(), to.accountId, given, made.webhooks)
      case 'owner':
        return store.findInboxOwner({ channel: given.channel, oaId: oaId(given.inbox) })
    }
  }
}
