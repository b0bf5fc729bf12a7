import type { RawReader } from '../../../src/contract/index.js'
import { inboxMigrations } from '../../../src/inbox-migrations/index.js'
import { isConversationStoreError } from '../../../src/model/errors.js'
import type { ConversationStore } from '../../../src/store/create-conversation-store.js'
import { seededRandom } from '../../histories/random.js'
import { until } from './killed-moves.js'
import type { KilledWorker } from './killed-task.js'
import { fillInboxes, inboxesOf } from './talk.js'
import { rowsOf, wrongMove, wrongRows } from './violations.js'
import { startWorker } from './worker-process.js'

export interface RacingWorkers extends Pick<KilledWorker, 'engine' | 'url'> {
  readonly store: ConversationStore
  readonly raw: RawReader
  readonly seed: number
  readonly workers: number
  readonly starts: number
}

/** Lets workers wait for work, and starts one inbox several times at once. Returns what is wrong at the end. */
export async function raceWorkers({ engine, url, store, raw, seed, ...many }: RacingWorkers): Promise<readonly string[]> {
  const accountId = `race-${seed}`
  const account = store.forAccount(accountId)
  const talk = await fillInboxes(account, seededRandom(seed))
  const before = await rowsOf(raw, accountId)
  const task = { engine, url, accountId, people: 2, leaseMs: 2_000, dies: null }
  const workers = await Promise.all(Array.from({ length: many.workers }, () => startWorker(task)))
  for (const worker of workers) worker.go()
  const started = await Promise.all(
    Array.from({ length: many.starts }, () =>
      inboxMigrations(account)
        .start({ ...inboxesOf(accountId), onActiveConflict: 'skip' })
        .then(({ id }) => id, codeOf),
    ),
  )
  const all = (await account.listInboxMigrations()).items
  const [{ id = '' } = {}] = all
  const migration = await until(store, accountId, id, ({ completedAt }) => completedAt !== null)
  const batches = (await Promise.all(workers.map((worker) => worker.end()))).reduce((sum, each) => sum + each, 0)
  const after = await rowsOf(raw, accountId)
  const refused = started.filter((each) => each === 'INBOX_MIGRATION_IN_PROGRESS')
  return [
    ...wrongRows(after, talk.said),
    ...wrongMove(migration, before, after),
    ...(all.length === 1 ? [] : [`${all.length} migrations were begun`]),
    ...(refused.length === many.starts - 1 ? [] : [`the starts were answered with ${started.join(', ')}`]),
    ...(batches === migration.batches ? [] : [`${batches} batches took effect, and ${migration.batches} are counted`]),
  ]
}

function codeOf(error: unknown): string {
  return isConversationStoreError(error) ? error.code : String(error)
}
