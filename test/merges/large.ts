import type { EventInput } from '../../src/index.js'
import { isConversationStoreError } from '../../src/model/errors.js'
import type { AccountConversations } from '../../src/store/account-conversations.js'
import type { ConversationAdapter } from '../../src/store/adapter.js'
import { createConversationStore } from '../../src/store/create-conversation-store.js'
import type { CustomerKey } from '../../src/store/inputs.js'
import { seededRandom } from '../histories/random.js'
import { killMerge } from './kill-merge.js'
import type { MergeTask } from './merge-in-process.js'

export interface LargeMerge extends Pick<MergeTask, 'engine' | 'url' | 'name'> {
  createAdapter(): ConversationAdapter
  readonly size: number
  /** Whether both conversations have all their messages in common, or none. */
  readonly isCommon: boolean
  readonly kills: number
  readonly seed: number
}

const atOnce = 500
const accountId = 'large'

/**
 * Merges and parts two large conversations while others write to both and read both, and kills the process that merges
 * at random moments. Every page that a reader gets has to be that of the two conversations, or that of the merged one.
 */
export async function mergeLarge(merge: LargeMerge): Promise<{ readonly problems: readonly string[] } & Record<string, unknown>> {
  const { size, isCommon, kills, engine, url, name } = merge
  const random = seededRandom(merge.seed)
  const open = () => createConversationStore({ adapter: merge.createAdapter(), deadlineMs: 10 * 60_000 }).forAccount(accountId)
  const account = open()
  const [keep, lose] = ['kept', 'lost'].map((each) => ({ oaId: `page ${isCommon}`, customerId: each })) as [CustomerKey, CustomerKey]
  const keptId = await fill(account, keep, size, (n) => `m${n}`)
  const lostId = await fill(account, lose, size, (n) => (isCommon ? `m${n}` : `n${n}`))

  const problems = new Set<string>()
  const traffic = { isOver: false, longestWrite: 0, writes: 0, pages: 0 }
  const running = [
    write(open(), keep, traffic),
    rename(open(), lostId, traffic),
    read(open(), { keptId, lostId, size, isCommon }, random, traffic, problems),
  ]

  try {
    const begun = performance.now()
    const first = await untilAnswered(() => account.mergeConversations({ keep, lose }))
    const mergeMs = performance.now() - begun
    await untilAnswered(() => account.unmergeConversations({ mergeId: first.mergeId }))
    let killed = 0
    for (let kill = 0; kill < kills; kill++) {
      if (await killMerge({ engine, url, name, accountId, keep, lose }, random.below(Math.ceil(mergeMs) + 200))) killed++
      // The next call makes the merge, or finds the one that the dead process has made.
      const { mergeId } = await untilAnswered(() =>
        account.mergeConversations({ keep: { conversationId: keptId }, lose: { conversationId: lostId } }),
      )
      const conversation = await account.findConversation({ conversationId: keptId })
      const merged = await allOf(account, keptId)
      if (merged.different !== merged.all) problems.add(`${merged.all - merged.different} messages are shown twice`)
      if (merged.ofFill !== (isCommon ? size : 2 * size)) problems.add(`${merged.ofFill} messages of the two are shown`)
      if (conversation !== null && conversation.unreadCount > merged.all) {
        problems.add(`${conversation.unreadCount} are unread, of ${merged.all}`)
      }
      await untilAnswered(() => account.unmergeConversations({ mergeId }))
      for (const id of [keptId, lostId]) {
        const { ofFill } = await allOf(account, id)
        if (ofFill !== size) problems.add(`${ofFill} messages are shown after the merge was undone`)
      }
    }
    const { longestWrite, writes, pages } = traffic
    return {
      problems: [...problems],
      killed,
      'merge ms': Math.round(mergeMs),
      'a writer waited ms': Math.round(longestWrite),
      writes,
      pages,
    }
  } finally {
    traffic.isOver = true
    await Promise.all(running)
  }
}

/** Sends a call again while other writers are faster. */
async function untilAnswered<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (!isConversationStoreError(error) || !error.retryable) throw error
    }
  }
}

async function fill(account: AccountConversations, key: CustomerKey, size: number, idOf: (n: number) => string): Promise<string> {
  let id = ''
  for (let from = 0; from < size; from += atOnce) {
    const events = Array.from({ length: Math.min(atOnce, size - from) }, (_, index): EventInput => {
      return { type: 'message', messageId: idOf(from + index), text: 'hello' }
    })
    id = (await account.upsertConversationWithEvents({ ...key, events })).conversation?.id ?? id
  }
  return id
}

async function allOf(account: AccountConversations, conversationId: string) {
  const ids: string[] = []
  for await (const { messageId } of account.listMessages({ conversationId, by: 'seq', limit: 200 })) ids.push(messageId ?? '')
  return { all: ids.length, different: new Set(ids).size, ofFill: ids.filter((id) => /^[mn]\d/.test(id)).length }
}

interface Traffic {
  isOver: boolean
  longestWrite: number
  writes: number
  pages: number
}

async function timed(traffic: Traffic, call: () => Promise<unknown>): Promise<void> {
  const begun = performance.now()
  await call().catch((error: unknown) => {
    if (!isConversationStoreError(error) || !error.retryable) throw error
  })
  traffic.longestWrite = Math.max(traffic.longestWrite, performance.now() - begun)
  traffic.writes++
}

async function write(account: AccountConversations, key: CustomerKey, traffic: Traffic): Promise<void> {
  while (!traffic.isOver) {
    const messageId = `live ${traffic.writes}`
    await timed(traffic, () => account.upsertConversationWithEvents({ ...key, events: [{ type: 'message', messageId, text: 'hello' }] }))
  }
}

async function rename(account: AccountConversations, conversationId: string, traffic: Traffic): Promise<void> {
  while (!traffic.isOver) await timed(traffic, () => account.updateNickname({ conversationId, nickname: `name ${traffic.writes}` }))
}

interface Readable {
  readonly keptId: string
  readonly lostId: string
  readonly size: number
  readonly isCommon: boolean
}

/** Reads pages of both at random places. */
async function read(
  account: AccountConversations,
  { keptId, lostId, size, isCommon }: Readable,
  random: ReturnType<typeof seededRandom>,
  traffic: Traffic,
  problems: Set<string>,
): Promise<void> {
  const limit = 50
  while (!traffic.isOver) {
    const afterSeq = random.below(size - limit)
    for (const conversationId of [keptId, lostId]) {
      const { items } = await account.listMessages({ conversationId, by: 'seq', afterSeq, limit })
      const { items: newest } = await account.listMessages({ conversationId, order: 'newest', limit })
      const { items: events } = await account.listEvents({ conversationId, afterEventSeq: afterSeq, limit })
      traffic.pages += 3
      for (const page of [items, newest, events].map((page) => page.map(({ messageId }) => messageId))) {
        if (new Set(page).size !== page.length) problems.add('a page shows a message twice')
      }
      const isItself = items.every((item) => item.conversationId === lostId)
      const expected = Array.from({ length: limit }, (_, n) => afterSeq + 1 + n)
      const numbers = items.map(({ seq }) => seq)
      // Nothing was read, so the kept conversation shows all of its own messages. The lost one shows all of its own, or
      // none of those that the other one has.
      const isWhole = numbers.join() === expected.join()
      if (conversationId === keptId && !isWhole) problems.add(`the kept conversation lacks some of ${expected[0]} and on: ${numbers}`)
      if (conversationId === lostId && isItself && items.length > 0 && !isWhole)
        problems.add(`the lost conversation lacks some: ${numbers}`)
      if (conversationId === lostId && !isItself && isCommon && items.some(({ messageId }) => /^[mn]\d/.test(messageId ?? ''))) {
        problems.add('a copy is shown of the lost conversation')
      }
    }
  }
}
