import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { isConversationStoreError } from '../../../src/model/errors.js'
import type { AccountConversations } from '../../../src/store/account-conversations.js'
import type { ConversationStore } from '../../../src/store/create-conversation-store.js'
import { acquireSyncLock, graphHistory, syncConversations } from '../../../src/sync/index.js'
import { bundled } from '../../bundled.js'
import { seededRandom } from '../../histories/random.js'
import { type FakeGraph, startFakeGraph } from '../fake-graph/fake-graph.js'
import { fakeInbox } from '../fake-graph/fake-inbox.js'
import { keptLog } from '../reading.js'
import { differences, endState } from './end-state.js'
import { exits, type KilledSync, places } from './killed-task.js'

export interface KillSyncs extends Pick<KilledSync, 'engine' | 'url' | 'lockTtlMs'> {
  readonly store: ConversationStore
  readonly seed: number
  /** How many conversations the list has. 25 of them are a page, and those that are long have further pages. */
  readonly conversations: number
  /** At how many boundaries of pages a process is killed, in each place. */
  readonly boundaries: number
  /** How much later than its time a lock may be free. */
  readonly graceMs: number
}

export interface KillFigures {
  readonly problems: readonly string[]
  /** Of the run that nobody killed. */
  readonly pages: number
  readonly kills: number
  /** How often a process lost its lock, because a busy machine let it stand still. It is no kill, but like one. */
  readonly lostLocks: number
  /** Pages that were fetched again, of all places. */
  readonly again: number
  /** How long after a kill the lock was free, at most, for each place. */
  readonly freeAfterMs: Readonly<Record<string, number>>
}

/**
 * Pulls a list once without a disturbance, and then once for each place, by processes that are killed there, one at
 * each boundary of two pages. Each next process goes on when the lock of the dead one is free.
 */
export async function killSyncs(how: KillSyncs): Promise<KillFigures> {
  const { store, seed, conversations } = how
  const random = seededRandom(seed)
  const inbox = fakeInbox({ seed, conversations, messages: 26 })
  const graph = await startFakeGraph({ inbox })
  const problems: string[] = []
  const freeAfterMs: Record<string, number> = {}
  let [kills, again, lostLocks, missed] = [0, 0, 0, 0]
  try {
    const whole = store.forAccount('whole')
    await pullWhole(whole, graph, inbox.pageId)
    const expected = await endState(whole)
    const pages = graph.served
    for (const place of places) {
      const account = store.forAccount(place)
      const task = {
        engine: how.engine,
        url: how.url,
        accountId: place,
        origin: graph.origin,
        pageId: inbox.pageId,
        lockTtlMs: how.lockTtlMs,
      }
      const servedBefore = graph.served
      for (const at of boundariesOf(pages, how.boundaries, random)) {
        const life = await live({ ...task, dies: { place, at, afterMs: random.below(4) } }, account, graph)
        lostLocks += life.lostLocks
        if (life.killedAt === null) {
          // The last commit of all may be answered before the process dies.
          if (place !== 'in the commit' || at < pages - 1) missed += 1
          continue
        }
        kills += 1
        const free = await untilFree(account, inbox.pageId, life.killedAt, how)
        // What it was about to commit has come to be by now, or never will.
        const inVain = life.served - (((await sessionOf(account))?.pages ?? 0) - life.pagesBefore)
        if (inVain > 1) problems.push(`${place} ${at}: ${inVain} pages were fetched in vain`)
        freeAfterMs[place] = Math.max(freeAfterMs[place] ?? 0, free.afterMs)
        if (free.heldMs > how.lockTtlMs + how.graceMs) {
          problems.push(`${place} ${at}: the lock was still held ${free.heldMs} ms after the kill`)
        }
      }
      lostLocks += (await live({ ...task, dies: null }, account, graph)).lostLocks
      again += graph.served - servedBefore - pages
      const different = differences(expected, await endState(account))
      if (different.length > 0) problems.push(`${place}: ${different.length} things differ, e.g. ${different.slice(0, 3).join(', ')}`)
    }
    if (missed > lostLocks) problems.push(`${missed} processes came to their end, and ${lostLocks} lost their lock`)
    if (again > kills + lostLocks) problems.push(`${again} pages were fetched again after ${kills} kills and ${lostLocks} lost locks`)
    return { problems, pages, kills, lostLocks, again, freeAfterMs }
  } finally {
    await graph.close()
  }
}

async function pullWhole(account: AccountConversations, { fetch }: FakeGraph, pageId: string): Promise<void> {
  const source = graphHistory({ pageId, accessToken: 'a-token', login: 'facebook', pace: false, fetch, logger: keptLog() })
  await syncConversations(account, { oaId: pageId, source, logger: keptLog() })
}

/** After how many pages a process dies: all of them, or some, the last one among them. */
function boundariesOf(pages: number, count: number, random: { below(bound: number): number }): readonly number[] {
  if (count >= pages) return Array.from({ length: pages }, (_, at) => at)
  const some = Array.from({ length: count - 1 }, () => random.below(pages - 1))
  return [...new Set([...some, pages - 1])].sort((a, b) => a - b)
}

interface Life {
  /** By the clock of the machine; null when it came to its end. */
  readonly killedAt: number | null
  readonly lostLocks: number
  /** How many pages the session had before, and how many were fetched since. */
  readonly pagesBefore: number
  readonly served: number
}

/** One process that goes on with the account's session. One that lost its lock, as a slow machine may, is followed. */
async function live(task: KilledSync, account: AccountConversations, graph: FakeGraph, lostLocks = 0): Promise<Life> {
  const session = await sessionOf(account)
  const pagesBefore = session?.pages ?? 0
  if (session !== null && session.finishedAt !== null) return { killedAt: null, lostLocks, pagesBefore, served: 0 }
  // The one before may have lost its lock past the page.
  const dies = task.dies && { ...task.dies, at: Math.max(task.dies.at, pagesBefore) }
  const program = await bundled(new URL('./killed-process.ts', import.meta.url))
  const child = fork(program, [JSON.stringify({ ...task, dies })], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const said = output(child)
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  await Promise.race([once(child, 'message'), ended])
  const servedBefore = graph.served
  if (child.connected) child.send('go')
  const [status, signal] = await ended
  if (status === exits.lostLock) return live(task, account, graph, lostLocks + 1)
  if (signal !== 'SIGKILL' && status !== exits.completed) throw new Error(`a process ended with ${status}`)
  const killedAt = signal === 'SIGKILL' ? Number((await said).trim()) : null
  return { killedAt, lostLocks, pagesBefore, served: graph.served - servedBefore }
}

async function output(child: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout ?? []) text += chunk
  return text
}

/** The one session that there is: the first one is gone on with until it is completed. */
async function sessionOf(account: AccountConversations) {
  const { items } = await account.listSyncSessions()
  if (items.length > 1) throw new Error('a process began a second session')
  return items[0] ?? null
}

/** An attempt that takes longer waits for what the dead process has locked. */
const waitingMs = 500

/** Tries to acquire the lock until it is free. Says when that was, and for how long it was seen to be held. */
async function untilFree(account: AccountConversations, oaId: string, killedAt: number, { lockTtlMs }: Pick<KillSyncs, 'lockTtlMs'>) {
  let heldMs = 0
  for (;;) {
    const sentAt = Date.now()
    try {
      const lock = await acquireSyncLock(account, { oaId, owner: 'next', ttlMs: lockTtlMs })
      const answeredAt = Date.now()
      await lock.release()
      if (answeredAt - sentAt > waitingMs) heldMs = answeredAt - killedAt
      return { afterMs: answeredAt - killedAt, heldMs }
    } catch (error) {
      if (!isConversationStoreError(error) || !error.retryable) throw error
      heldMs = sentAt - killedAt
    }
    await sleep(20)
  }
}
