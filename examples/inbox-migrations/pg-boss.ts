// For a host whose jobs run in pg-boss: moving inboxes is a job that lets all others go first.
import type { ConversationStore } from 'conversation-store'
import { inboxMigrations, type OnAudit, work } from 'conversation-store/inbox-migrations'
import type PgBoss from 'pg-boss'

/** The host's queue. Each of its jobs names its task. */
export const queue = 'jobs'
export interface Job {
  readonly task: string
}

const moving: Job = { task: 'move inboxes' }
/** The host's other jobs have 0 and more. */
const priority = -10
/** After so long the job makes room for others, and goes on behind them. */
const longestMs = 60_000

/** Lets this process take up jobs. Call it once, after `boss.start()` and `boss.createQueue(queue)`. */
export async function workInPgBoss(
  boss: PgBoss,
  store: ConversationStore,
  onAudit: OnAudit,
  otherTask: (task: string) => Promise<void>,
): Promise<void> {
  await boss.work<Job>(queue, async (jobs) => {
    for (const { data } of jobs) {
      if (data.task !== moving.task) await otherTask(data.task)
      else await moveForAWhile(boss, store, onAudit)
    }
  })
}

async function moveForAWhile(boss: PgBoss, store: ConversationStore, onAudit: OnAudit) {
  const signal = AbortSignal.timeout(longestMs)
  await work(store, { signal, stopWhenIdle: true, onAudit, logger: console })
  const left = await store.forOperator().findInboxMigrationAccounts({ limit: 1 })
  // Where another process is at work on what is left, this job looks again whether that has died.
  const startAfter = signal.aborted ? 0 : 60
  if (left.length > 0) await boss.send(queue, moving, { priority, startAfter })
}

/** What an administrator wants to move. */
export interface Move {
  readonly accountId: string
  readonly userId: string
  readonly sourceOaId: string
  readonly destinationOaId: string
}

/** Begins a migration, and queues the job that works on it. */
export async function startInPgBoss(
  boss: PgBoss,
  store: ConversationStore,
  { accountId, ...move }: Move,
): Promise<string> {
  const moves = inboxMigrations(store.forAccount(accountId))
  const { id } = await moves.start({ ...move, onActiveConflict: 'skip' })
  await boss.send(queue, moving, { priority })
  return id
}
