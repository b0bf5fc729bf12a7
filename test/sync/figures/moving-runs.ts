import type { AccountConversations } from '../../../src/store/account-conversations.js'
import type { ConversationStore } from '../../../src/store/create-conversation-store.js'
import { graphHistory, syncConversations } from '../../../src/sync/index.js'
import { type Random, seededRandom } from '../../histories/random.js'
import { startFakeGraph } from '../fake-graph/fake-graph.js'
import { type FakeInbox, fakeInbox } from '../fake-graph/fake-inbox.js'
import { randomFaults } from '../fake-graph/faults.js'
import { keptLog, quickClock } from '../reading.js'
import { eachConversation } from './each-conversation.js'

const token = 'a-token'
/** Which conversations move while they are read, and which calls go wrong. */
const [moving, failing] = [0.05, 0.1]

export interface MovingRuns {
  readonly runs: number
  readonly seed: number
}

/** What random runs came to, each in an account of its own. `problems` should be empty. */
export interface MovingFigures {
  readonly problems: readonly string[]
  readonly messages: number
  readonly calls: number
  readonly faults: number
  readonly moves: number
  /** How often `syncConversations` was called in all. */
  readonly syncs: number
}

/**
 * Pulls inboxes of a Graph API whose lists move while they are read, and whose calls fail now and then, cut into runs
 * at random. Half of the inboxes are pulled once more then, from where the first session began. After each session
 * everything has to be there that the API had when its head was last read.
 */
export async function movingRuns(store: ConversationStore, { runs, seed }: MovingRuns): Promise<MovingFigures> {
  const sum = { messages: 0, calls: 0, faults: 0, moves: 0, syncs: 0 }
  const problems: string[] = []
  for (let run = 0; run < runs; run++) {
    const random = seededRandom(seed + run)
    const account = store.forAccount(`moving ${run}`)
    const inbox = fakeInbox({ seed: seed + run, conversations: 20 + random.below(230), messages: random.pick([3, 3, 3, 40]) })
    const before = inbox.said
    const nextFault = randomFaults(random, failing)
    const fault = () => {
      const next = nextFault()
      if (next !== null) sum.faults += 1
      return next
    }
    const graph = await startFakeGraph({ inbox, token, fault, moves: { share: moving, random, atOnce: 1 + random.below(4) } })
    try {
      for (const incremental of random.chance(0.5) ? [false, true] : [false]) {
        if (incremental) for (let said = random.below(40); said > 0; said--) inbox.receive(random.pick(inbox.conversations))
        sum.syncs += await pulled(account, graph.fetch, inbox, { random, incremental })
        const missing = await missingIn(account, inbox, graph.heard)
        if (missing.length > 0) problems.push(`run ${run}, seed ${seed + run}: ${missing.length} are missing, e.g. ${missing[0]}`)
      }
    } finally {
      await graph.close()
    }
    sum.messages += inbox.said
    sum.calls += graph.served
    sum.moves += inbox.said - before
  }
  return { problems, ...sum }
}

/** Pulls until there is no more, in runs that end at random. Returns how many there were. */
async function pulled(
  account: AccountConversations,
  fetch: typeof globalThis.fetch,
  { pageId }: FakeInbox,
  { random, incremental }: { readonly random: Random; readonly incremental: boolean },
): Promise<number> {
  const clock = quickClock()
  const logger = keptLog()
  const source = graphHistory({ pageId, accessToken: token, login: 'facebook', fetch, pace: false, logger, clock, random: random.next })
  let resumeSession: string | null = null
  for (let syncs = 1; ; syncs++) {
    const budget = random.chance(0.5) ? { pages: 1 + random.below(8) } : {}
    const run = await syncConversations(account, { oaId: pageId, source, resumeSession, incremental, budget, logger, clock })
    if (!run.hasMore) return syncs
    resumeSession = run.resumeSession
  }
}

/** What the inbox had by its `heard`th message, and the store has not exactly once. */
async function missingIn(account: AccountConversations, { conversations }: FakeInbox, heard: number): Promise<readonly string[]> {
  const stored = new Map<string, number>()
  await eachConversation(account, async ({ id, customerId }) => {
    for await (const { messageId } of account.listMessages({ conversationId: id })) {
      const name = `${messageId} of ${customerId}`
      stored.set(name, (stored.get(name) ?? 0) + 1)
    }
  })
  return conversations.flatMap(({ customerId, messages }) => {
    const due = messages.filter(({ id }) => numberOf(id) <= heard || stored.has(`${id} of ${customerId}`))
    return due.map(({ id }) => `${id} of ${customerId}`).filter((name) => stored.get(name) !== 1)
  })
}

function numberOf(messageId: string): number {
  return Number(messageId.split('-').at(-1))
}
