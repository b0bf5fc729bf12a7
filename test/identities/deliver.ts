import { isConversationStoreError } from '../../src/model/errors.js'
import type { Conversation } from '../../src/model/records.js'
import type { AccountConversations } from '../../src/store/account-conversations.js'
import { grouped } from '../histories/grouped.js'
import { type Call, type History, inbox, type Write } from './history.js'

/** What a call was answered. */
export interface Answer {
  readonly call: Call
  /** Numbers that rise with time, over all calls of the history. */
  readonly sentAt: number
  readonly answeredAt: number
  readonly outcome: string
  readonly conversation: Conversation | null
  readonly conflicts: readonly { readonly id: string }[]
  /** Null when the call succeeded. */
  readonly error: string | null
  readonly cause: string
}

type Told = Omit<Answer, 'call' | 'sentAt' | 'answeredAt'>

const ownErrors: Readonly<Record<Call['what'], readonly string[]>> = {
  write: [],
  link: [],
  read: ['NOT_FOUND'],
  close: ['NOT_FOUND', 'INVALID_TRANSITION'],
  snooze: ['NOT_FOUND', 'INVALID_TRANSITION'],
  reopen: ['NOT_FOUND', 'INVALID_TRANSITION', 'ACTIVE_CONVERSATION_EXISTS'],
  'reopen that of': ['NOT_FOUND', 'INVALID_TRANSITION', 'ACTIVE_CONVERSATION_EXISTS'],
}

/** Whether a host has to expect an answer. */
export function isExpected({ call, error }: Answer): boolean {
  return error === null || ownErrors[call.what].includes(error)
}

/**
 * Sends the calls, as many at once as the history says, each after those that must be over before it. The accounts are
 * one account seen by several processes, which take turns.
 */
export async function deliver(history: History, accounts: readonly AccountConversations[]): Promise<readonly Answer[]> {
  const answers = new Map<number, Answer>()
  const isLast = (call: Call) => call.what === 'write' && call.isLast
  for (const last of [false, true]) {
    await send({ ...history, calls: history.calls.filter((call) => isLast(call) === last) }, accounts, answers)
  }
  return [...answers.values()]
}

async function send(
  { calls, width, onClosed }: History,
  accounts: readonly AccountConversations[],
  answers: Map<number, Answer>,
): Promise<void> {
  const known = new Set(calls.map(({ id }) => id))
  const waiting = new Set(grouped(calls, (call) => (call.what === 'write' && call.bulk !== null ? `bulk ${call.bulk}` : call.id)).values())
  const underWay = new Set<Promise<void>>()
  let turn = 0

  const sendOne = async (together: readonly Call[], account: AccountConversations): Promise<void> => {
    // Memory answers at once. Without a turn of the loop no two calls would meet.
    await new Promise(setImmediate)
    const sentAt = ++moments
    const told = await answersOf(account, together, onClosed, answers)
    const answeredAt = ++moments
    for (const [index, call] of together.entries()) answers.set(call.id, { call, sentAt, answeredAt, ...(told[index] ?? nothing) })
  }
  const isReady = (together: readonly Call[]) => {
    const own = new Set(together.map(({ id }) => id))
    return together.every(({ after }) => after.every((id) => answers.has(id) || own.has(id) || !known.has(id)))
  }
  while (waiting.size > 0 || underWay.size > 0) {
    const next = underWay.size < width ? [...waiting].find(isReady) : undefined
    const account = accounts[turn++ % accounts.length]
    if (next !== undefined && account !== undefined) {
      waiting.delete(next)
      const sending = sendOne(next, account).finally(() => underWay.delete(sending))
      underWay.add(sending)
    } else if (underWay.size > 0) await Promise.race(underWay)
    else throw new Error('the calls wait for each other')
  }
}

let moments = 0
const nothing: Told = { outcome: 'none', conversation: null, conflicts: [], error: null, cause: '' }

async function answersOf(
  account: AccountConversations,
  together: readonly Call[],
  onClosed: History['onClosed'],
  answers: ReadonlyMap<number, Answer>,
): Promise<readonly Told[]> {
  const writes = together.filter((call) => call.what === 'write')
  const item = ({ customerId, identities, events }: Write) => {
    return { oaId: inbox, customerId, channel: 'whatsapp', onClosed, ...(identities.length > 0 && { identities }), events }
  }
  const [call] = together
  if (writes.length > 1) {
    const results = await account.bulkUpsertConversationsWithEvents({ conversations: writes.map(item), atomic: false }).catch(failure)
    if ('error' in results) return writes.map(() => results)
    return results.map((result) => (result.ok ? { ...nothing, ...result } : failure(result.error)))
  }
  if (call === undefined) return []
  try {
    return [{ ...nothing, ...(await single(account, call, item, answers)) }]
  } catch (error) {
    return [failure(error)]
  }
}

async function single(
  account: AccountConversations,
  call: Call,
  item: (write: Write) => Parameters<AccountConversations['upsertConversationWithEvents']>[0],
  answers: ReadonlyMap<number, Answer>,
): Promise<Partial<Told>> {
  const key = { oaId: inbox, customerId: call.customerId }
  switch (call.what) {
    case 'write':
      return account.upsertConversationWithEvents(item(call))
    case 'link':
      return account.linkCustomerIds({ oaId: inbox, identities: call.identities })
    case 'read':
      return account.markRead(key)
    case 'close':
      return account.closeConversation(key)
    case 'snooze':
      return account.snoozeConversation({ ...key, until: new Date(Date.UTC(2100, 0)) })
    case 'reopen':
      return account.reopenConversation(key)
    case 'reopen that of': {
      const conversation = answers.get(call.earlier)?.conversation
      return conversation ? account.reopenConversation({ conversationId: conversation.id }) : nothing
    }
  }
}

function failure(error: unknown): Told & { readonly error: string } {
  const told = isConversationStoreError(error) ? error.code : String(error)
  return { ...nothing, outcome: 'failed', error: told, cause: error instanceof Error ? String(error.cause ?? error.stack) : '' }
}
