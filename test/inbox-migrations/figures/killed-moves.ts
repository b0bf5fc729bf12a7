import { setTimeout as sleep } from 'node:timers/promises'
import type { RawReader } from '../../../src/contract/index.js'
import { inboxMigrations, work } from '../../../src/inbox-migrations/index.js'
import type { ConversationStore } from '../../../src/store/create-conversation-store.js'
import type { InboxMigration } from '../../../src/store/inbox-move-port.js'
import { type Random, seededRandom } from '../../histories/random.js'
import { silent } from '../moving.js'
import { type KilledWorker, places } from './killed-task.js'
import { fillInboxes, inboxesOf, liveTalk } from './talk.js'
import { notRestored } from './undone.js'
import { notCompleted, rowsOf, wrongMove, wrongRows } from './violations.js'
import { oneAccount } from './worker-of-one.js'
import { startWorker } from './worker-process.js'

export interface KilledMoves extends Pick<KilledWorker, 'engine' | 'url' | 'leaseMs'> {
  readonly store: ConversationStore
  readonly raw: RawReader
  readonly seed: number
  readonly moves: number
  /** How many moves go on at once, each in an account of its own. */
  readonly atOnce: number
}

export interface KilledFigures {
  readonly problems: readonly string[]
  /** How often a worker was killed, in each place. The others came to the end before. */
  readonly kills: Readonly<Record<string, number>>
  readonly batches: number
  readonly messages: number
  /** Messages that came in while their inbox moved. */
  readonly live: number
}

interface Run {
  readonly how: KilledMoves
  readonly accountId: string
  readonly random: Random
  readonly people: number
  readonly kills: Record<string, number>
}

/** Moves inboxes under traffic, and undoes it again, each by a worker that is killed and one that goes on. */
export async function killMoves(how: KilledMoves): Promise<KilledFigures> {
  const problems: string[] = []
  const kills: Record<string, number> = Object.fromEntries(places.map((place) => [place, 0]))
  const sum = { batches: 0, messages: 0, live: 0 }
  let next = 0
  const inTurn = async () => {
    while (next < how.moves) {
      const accountId = `move-${next++}`
      const random = seededRandom(how.seed + next)
      const moved = await moveAndUndo({ how, accountId, random, people: 1 + random.below(6), kills })
      sum.batches += moved.batches
      sum.messages += moved.messages
      sum.live += moved.live
      problems.push(...moved.problems.map((problem) => `${accountId} (${moved.choice}): ${problem}`))
    }
  }
  await Promise.all(Array.from({ length: how.atOnce }, inTurn))
  return { problems, kills, ...sum }
}

async function moveAndUndo(run: Run): Promise<Omit<KilledFigures, 'kills'> & { readonly choice: string }> {
  const { how, accountId, random } = run
  const account = how.store.forAccount(accountId)
  const moves = inboxMigrations(account)
  const talk = await fillInboxes(account, random)
  const rows = () => rowsOf(how.raw, accountId)
  const before = await rows()
  const { id } = await moves.start({ ...inboxesOf(accountId), onActiveConflict: random.pick(['skip', 'close_source', 'merge'] as const) })
  const traffic = liveTalk(talk)
  let live = 0
  const migration = await killedAndResumed(run, id, async () => {
    live = await traffic.end()
  })
  const moved = await rows()
  const problems = [...wrongRows(moved, talk.said), ...wrongMove(migration, before, moved)]
  const undo = await killedAndResumed(run, (await moves.undo(id)).id, async () => undefined)
  const after = await rows()
  problems.push(
    ...[...wrongRows(after, talk.said), ...notRestored(migration, { before, moved, after }, talk.spoke), ...notCompleted(undo)].map(
      (problem) => `undone: ${problem}`,
    ),
  )
  return { choice: migration.onActiveConflict, problems, batches: migration.batches + undo.batches, messages: talk.said.size, live }
}

/** Lets one process die in the middle of a migration, and another one go on, which first says that it has begun. */
async function killedAndResumed(run: Run, migrationId: string, onResumed: () => Promise<void>): Promise<InboxMigration> {
  const { how, accountId, random, people, kills } = run
  const { engine, url, store, leaseMs } = how
  const account = store.forAccount(accountId)
  const expected = Math.ceil((await account.countConversations()) / people)
  const dies = { place: random.pick(places), at: random.below(expected + 1), afterMs: random.below(4) }
  const worker = await startWorker({ engine, url, accountId, people, leaseMs, dies })
  worker.go()
  if (await worker.gone()) kills[dies.place] = (kills[dies.place] ?? 0) + 1
  const over = new AbortController()
  const resumed = work(oneAccount(store, accountId, people), {
    signal: over.signal,
    pauseMs: 1,
    idleMs: 20,
    slowMs: 60_000,
    logger: silent,
  })
  const { batches } = await migrationOf(store, accountId, migrationId)
  await until(store, accountId, migrationId, (now) => now.batches > batches || now.completedAt !== null)
  await onResumed()
  const migration = await until(store, accountId, migrationId, ({ completedAt }) => completedAt !== null)
  over.abort()
  await resumed
  return migration
}

export async function until(
  store: ConversationStore,
  accountId: string,
  migrationId: string,
  isSo: (migration: InboxMigration) => boolean,
): Promise<InboxMigration> {
  for (;;) {
    const migration = await migrationOf(store, accountId, migrationId)
    if (isSo(migration)) return migration
    await sleep(20)
  }
}

async function migrationOf(store: ConversationStore, accountId: string, migrationId: string): Promise<InboxMigration> {
  const migration = await store.forAccount(accountId).findInboxMigration({ migrationId })
  if (migration === null) throw new Error('the migration is gone')
  return migration
}
