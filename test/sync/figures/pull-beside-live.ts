import { fork } from 'node:child_process'
import { once } from 'node:events'
import { bundled } from '../../bundled.js'
import { seededRandom } from '../../histories/random.js'
import type { HostedDatabase } from '../../webhooks/hosted/databases.js'
import { startHost } from '../../webhooks/hosted/hosted.js'
import { startFakeGraph } from '../fake-graph/fake-graph.js'
import { type FakeInbox, fakeInbox } from '../fake-graph/fake-inbox.js'
import { type LiveFigures, liveTraffic } from './live-traffic.js'
import { talk } from './talk.js'

export const pageId = '104502211834771'
export const accountId = 'acme'

/** What a process that pulls an inbox gets as JSON in its one argument. */
export interface SyncingTask {
  readonly url: string
  readonly origin: string
  readonly pageId: string
  readonly accountId: string
}

/** What it tells of one run. */
export interface SyncRunFigures {
  readonly hasMore: boolean
  readonly pages: number
  readonly conversations: number
  /** Known ones too. */
  readonly messages: number
  readonly elapsedMs: number
  readonly statements: number
  /** How far what is in use rose over the start, in bytes, and the resident memory. */
  readonly inUse: number
  readonly resident: number
}

export interface PullFigures {
  readonly problems: readonly string[]
  /** The run beside the live messages. */
  readonly run: SyncRunFigures
  /** How many runs it took to the end, once nobody wrote any more. */
  readonly further: number
  readonly live: LiveFigures
}

/** How often a pull is gone on with after the traffic has ended. Its list does not move any more, so once is enough. */
const mostRuns = 3

/** Pulls an inbox while its customers write, and compares what is stored then with what was said. */
export async function pullBesideLive(
  database: HostedDatabase,
  { conversations, perSecond, seed }: { readonly conversations: number; readonly perSecond: number; readonly seed: number },
): Promise<PullFigures> {
  // A conversation of the data has 9 turns on average.
  const inbox = fakeInbox({ seed, conversations, messages: 17, pageId, text: talk })
  const graph = await startFakeGraph({ inbox })
  const host = await startHost(database.url, { channel: 'messenger' })
  const task: SyncingTask = { url: database.url, origin: graph.origin, pageId, accountId }
  const program = await bundled(new URL('./syncing-process.ts', import.meta.url))
  const child = fork(program, [JSON.stringify(task)], { execArgv: ['--expose-gc'] })
  const ended = once(child, 'exit').then(([status]) => {
    throw new Error(`the process that pulls ended with ${status}`)
  })
  const answer = async () => (await Promise.race([once(child, 'message'), ended]))[0]
  const pull = async (): Promise<SyncRunFigures> => {
    child.send('pull')
    return answer()
  }
  try {
    await answer()
    const traffic = liveTraffic(host, inbox, { random: seededRandom(seed), perSecond })
    const run = await pull()
    const live = await traffic.end()
    let further = 0
    for (let { hasMore } = run; hasMore && further < mostRuns; further++) hasMore = (await pull()).hasMore
    return { problems: await problemsOf(database, inbox, live), run, further, live }
  } finally {
    ended.catch(() => undefined)
    child.disconnect()
    await host.end()
    await graph.close()
  }
}

/** What is lost or doubled. Each conversation has as many unread messages as came live, and history has none. */
async function problemsOf(database: HostedDatabase, inbox: FakeInbox, { byCustomer }: LiveFigures): Promise<readonly string[]> {
  const problems: string[] = []
  const left = new Set(inbox.conversations.flatMap(({ messages }) => messages.map(({ id }) => id)))
  for (const { messageId } of await database.messages()) {
    if (!left.delete(messageId)) problems.push(`${messageId} is there twice`)
  }
  for (const messageId of left) problems.push(`${messageId} is lost`)
  const customers = new Set(inbox.conversations.map(({ customerId }) => customerId))
  for (const { customerId, unread } of await database.conversations()) {
    if (!customers.delete(customerId)) problems.push(`${customerId} has two conversations`)
    if (unread !== (byCustomer.get(customerId) ?? 0)) problems.push(`${customerId} has ${unread} unread messages`)
  }
  for (const customerId of customers) problems.push(`${customerId} has no conversation`)
  return problems
}
