import { replied, said } from '../../src/contract/events.js'
import type { ContractBackend } from '../../src/contract/index.js'
import { isConversationStoreError } from '../../src/model/errors.js'
import type { AccountConversations } from '../../src/store/account-conversations.js'
import { createConversationStore } from '../../src/store/create-conversation-store.js'
import { seededRandom } from '../histories/random.js'

export interface Traffic {
  readonly seed: number
  /** How many merges and unmerges have to succeed. */
  readonly changes: number
}

/** What was wrong after the traffic, and how much of it there was. */
export interface Outcome {
  readonly problems: readonly string[]
  readonly merges: number
  readonly unmerges: number
  readonly messages: number
}

/** How many customers are written to at a time. After some attempts the oldest is left, and a new one comes. */
const customers = 12
const attemptsPerCustomer = 3
/** How many messages there are for each attempt to merge or to undo. */
const messagesPerAttempt = 20
const writers = 6
const mergers = 2
const oaId = 'page'
/** Reasons for which a merge can't be undone any more, whatever is undone before. */
const lasting: ReadonlySet<string> = new Set(['joined since', 'linked since'])
/** What a merge or its undoing may be refused for, because the other callers go on meanwhile. */
const refusals: ReadonlySet<string> = new Set(['MERGE_REFUSED', 'NOT_FOUND', 'ACTIVE_CONVERSATION_EXISTS', 'CONTENTION'])

/**
 * Merges conversations of one account, some of them with a link of their customers, and undoes that, at random, while
 * customers and agents write to them from two processes. In the end every message has to be there once, and each
 * conversation's numbers have to be right.
 */
export async function runTraffic(backend: ContractBackend, { seed, changes }: Traffic): Promise<Outcome> {
  const random = seededRandom(seed)
  const accountId = `merging-${seed}`
  const accounts = [0, 1].map(() =>
    // A busy machine is no fault of the store.
    createConversationStore({ adapter: backend.createAdapter(), deadlineMs: 10 * 60_000 }).forAccount(accountId),
  )
  const written = { inbound: new Set<string>(), outbound: new Set<string>() }
  const mergeIds: string[] = []
  const done = { merges: 0, unmerges: 0 }
  const isOver = () => done.merges + done.unmerges >= changes
  const attempts = countedTurns()
  // The same customers would have one conversation soon, and there would be nothing to merge any more.
  const key = () => ({ oaId, customerId: `c${Math.floor(attempts.count() / attemptsPerCustomer) + random.below(customers)}` })

  const write = async (account: AccountConversations, writer: number) => {
    for (let number = 0; !isOver() || number === 0; number++) {
      while (!isOver() && number * writers >= messagesPerAttempt * (attempts.count() + 1)) await attempts.next()
      const messageId = `m${writer}-${number}`
      const direction = random.chance(0.6) ? 'inbound' : 'outbound'
      const events = [direction === 'inbound' ? said(messageId) : replied(messageId)]
      const to = key()
      await untilAnswered(() => account.upsertConversationWithEvents({ ...to, events }))
      written[direction].add(messageId)
    }
  }
  const leave = (mergeId: string) => {
    // The other process may have left it already.
    const index = mergeIds.indexOf(mergeId)
    if (index >= 0) mergeIds.splice(index, 1)
  }
  const merge = async (account: AccountConversations) => {
    while (!isOver()) {
      const mergeId = random.chance(0.45) ? mergeIds[random.below(mergeIds.length)] : undefined
      try {
        if (mergeId === undefined) {
          const result = await account.mergeConversations({ keep: key(), lose: key(), link: random.chance(0.3) })
          if (result.outcome === 'merged') done.merges++
          mergeIds.push(result.mergeId)
        } else {
          const { outcome } = await account.unmergeConversations({ mergeId })
          if (outcome === 'unmerged') done.unmerges++
          leave(mergeId)
        }
      } catch (error) {
        if (!isConversationStoreError(error) || !refusals.has(error.code)) throw error
        if (mergeId !== undefined) await makeWay(account, mergeId, error)
      }
      attempts.add()
    }
  }
  /** Does what a refusal asks for, so that the merge can be undone later, or leaves that merge as it is. */
  const makeWay = async (account: AccountConversations, mergeId: string, error: unknown) => {
    if (isConversationStoreError(error, 'MERGE_REFUSED') && lasting.has(error.details.reason)) leave(mergeId)
    if (isConversationStoreError(error, 'ACTIVE_CONVERSATION_EXISTS')) {
      const { conversationId } = error.details
      await untilAnswered(() => account.closeConversation({ conversationId })).catch(unlessRefused)
    }
  }
  const taking = (count: number, run: (account: AccountConversations, index: number) => Promise<void>) =>
    accounts.flatMap((account, process) =>
      Array.from({ length: count / accounts.length }, (_, index) => run(account, index * accounts.length + process)),
    )
  await Promise.all([...taking(writers, write), ...taking(mergers, merge)])

  const [account] = accounts
  const problems = account === undefined ? [] : await problemsIn(account, backend, accountId, written)
  return { problems, ...done, messages: written.inbound.size + written.outbound.size }
}

/** Counts turns, and lets others wait for the next one. */
function countedTurns() {
  let count = 0
  const waiting: (() => void)[] = []
  return {
    count: () => count,
    next: () => new Promise<void>((resolve) => waiting.push(resolve)),
    add() {
      count++
      for (const resolve of waiting.splice(0)) resolve()
    },
  }
}

function unlessRefused(error: unknown): void {
  if (!isConversationStoreError(error, 'NOT_FOUND') && !isConversationStoreError(error, 'INVALID_TRANSITION')) throw error
}

/** Sends a call again until it is answered. The message's id makes the repetition safe. */
async function untilAnswered(call: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await call()
      return
    } catch (error) {
      if (!isConversationStoreError(error) || !error.retryable) throw error
    }
  }
}

async function problemsIn(
  account: AccountConversations,
  { raw }: ContractBackend,
  accountId: string,
  { inbound, outbound }: { readonly inbound: ReadonlySet<string>; readonly outbound: ReadonlySet<string> },
): Promise<readonly string[]> {
  const problems: string[] = []
  const listed: string[] = []
  let unread = 0
  for await (const conversation of account.listConversations({ limit: 100 })) {
    const { id, unreadCount, lastSeq } = conversation
    unread += unreadCount
    const bySeq: number[] = []
    for await (const { messageId, conversationId, seq } of account.listMessages({ conversationId: id, by: 'seq', limit: 100 })) {
      listed.push(messageId ?? 'no id')
      bySeq.push(seq)
      if (conversationId !== id) problems.push(`${messageId} names another conversation`)
    }
    if (bySeq.some((seq, index) => seq <= (bySeq[index - 1] ?? 0) || seq > lastSeq)) problems.push(`the numbers of ${id} do not rise`)
    let byTime = 0
    for await (const _ of account.listMessages({ conversationId: id, limit: 100 })) byTime++
    if (byTime !== bySeq.length) problems.push(`${id} lists ${byTime} messages by time, and ${bySeq.length} by number`)
  }
  const expected = [...inbound, ...outbound].sort()
  if (JSON.stringify(listed.sort()) !== JSON.stringify(expected))
    problems.push(`${listed.length} messages are listed, of ${expected.length}`)
  const stored = (await raw.messages(accountId)).map(({ message_id }) => String(message_id))
  if (JSON.stringify(stored.sort()) !== JSON.stringify(expected))
    problems.push(`${stored.length} messages are stored, of ${expected.length}`)
  if (unread !== inbound.size) problems.push(`${unread} messages are unread, of ${inbound.size}`)
  const active = (await raw.conversations(accountId)).filter(({ status }) => status !== 'closed').map((row) => String(row.customer_id))
  if (new Set(active).size !== active.length) problems.push('a customer has two active conversations')
  return problems
}
