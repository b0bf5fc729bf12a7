// Moves a full inbox in a process of its own, and tells its parent how: `worker.ts <database URL> <pause in ms>`. It
// runs with --expose-gc.
import { createConversationStore } from 'conversation-store'
import { inboxMigrations, work } from 'conversation-store/inbox-migrations'
import { processMemory } from '../../test/webhooks/hosted/process-memory.js'
import { accountId, destinationOaId, sourceOaId } from './engine.js'

/** How a move went. */
export interface MoveFigures {
  readonly conversations: number
  readonly messages: number
  /** How long the inbox took to count, and to move, in seconds. */
  readonly counting: number
  readonly moving: number
  /** How long each batch took that moved somebody, in milliseconds. */
  readonly batchMs: readonly number[]
  /** How far the memory rose above the start, in bytes. */
  readonly inUse: number
  readonly resident: number
}

/** What comes before is the start: code that is compiled, connections that are opened. */
const batchesOfStart = 5
/** Collecting garbage takes long. */
const batchesBetweenLooks = 200

const [, , url = '', pauseMs = '0'] = process.argv
const store = createConversationStore({ url })
const account = store.forAccount(accountId)
const memory = processMemory()
const batchMs: number[] = []
let moved = 0

const seconds = (since: number) => (performance.now() - since) / 1_000
const counted = performance.now()
const { id } = await inboxMigrations(account).start({ sourceOaId, destinationOaId, onActiveConflict: 'skip' })
const counting = seconds(counted)

const moveInboxBatch: typeof account.moveInboxBatch = async (input, options) => {
  const sent = performance.now()
  const migration = await account.moveInboxBatch(input, options)
  const took = performance.now() - sent
  if (migration.moved.conversations > moved) batchMs.push(took)
  moved = migration.moved.conversations
  if (migration.batches === batchesOfStart) {
    memory.look()
    memory.settle()
  } else if (migration.batches % batchesBetweenLooks === 0) memory.look()
  return migration
}
const measured = { forOperator: () => store.forOperator(), forAccount: () => ({ ...account, moveInboxBatch }) }
const begun = performance.now()
await work(measured, { stopWhenIdle: true, pauseMs: Number(pauseMs), idleMs: 10 })
const moving = seconds(begun)
memory.look()
const migration = await account.findInboxMigration({ migrationId: id })
if (migration?.status !== 'completed') throw new Error(`the migration is ${migration?.status}: ${migration?.errorMessage}`)
const { conversations, messages } = migration.moved
process.send?.({ conversations, messages, counting, moving, batchMs, ...memory.figures() } satisfies MoveFigures)
await store.close()
process.disconnect?.()
