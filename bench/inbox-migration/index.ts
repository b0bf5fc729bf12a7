import { fork } from 'node:child_process'
import { once } from 'node:events'
import { loadavg } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createConversationStore } from 'conversation-store'
import { customerOf } from '../../test/inbox-migrations/scale/fill-postgres.js'
import { liveWriter } from '../backfill/live-writer.js'
import { newMessages } from '../mongo/store-database.js'
import { accountId, type Engine, type FullInbox, messagesOfEach, sourceOaId } from './engine.js'
import { openMongo } from './mongo.js'
import { openPostgres } from './postgres.js'
import type { MoveFigures } from './worker.js'

const given = process.argv[2] === undefined ? null : Number(process.argv[2])
const only = process.argv[3]
const aloneMs = 20_000
/** How long a worker pauses between two batches, unless a host says otherwise. */
const usualPauseMs = 50

// Prints how long a move takes beside two statements by hand, what it does to live writes, and what memory it takes.
const engines = [
  ['postgres', () => openPostgres(given ?? 1_000_000)],
  ['mongo', () => openMongo(given ?? 200_000)],
] as const
for (const [name, open] of engines) {
  if (only !== undefined && only !== name) continue
  const engine = await open()
  try {
    console.log(JSON.stringify(await measure(engine)))
  } finally {
    await engine.stop()
  }
}

async function measure(engine: Engine): Promise<object> {
  const byHand = await inFull(engine, async (inbox) => {
    const begun = performance.now()
    await inbox.byHand()
    return (performance.now() - begun) / 1_000
  })
  const alone = await inFull(engine, ({ url }) => moved(url, 0))
  const { conversations, messages } = alone
  if (conversations !== engine.conversations || messages !== conversations * messagesOfEach) {
    throw new Error(`${conversations} conversations and ${messages} messages came along`)
  }
  const live = await inFull(engine, liveWrites)
  const { batchMs } = alone
  return {
    engine: engine.name,
    conversations,
    messages,
    'by hand in s': rounded(byHand),
    'counting in s': rounded(alone.counting),
    'moving in s': rounded(alone.moving),
    'move to by hand': rounded(alone.moving / byHand),
    batches: batchMs.length,
    'p50 of a batch in ms': rounded(percentile(batchMs, 0.5)),
    'p99 of a batch to p50': rounded(percentile(batchMs, 0.99) / percentile(batchMs, 0.5)),
    'last 100 batches to first 100': rounded(sum(batchMs.slice(-100)) / sum(batchMs.slice(0, 100))),
    'megabytes in use over start': megabytes(alone.inUse),
    'megabytes resident over start': megabytes(alone.resident),
    'p99 of live upserts alone in ms': rounded(live.alone),
    'p99 of live upserts beside it to alone': rounded(live.beside / live.alone),
    'moving beside them in s': rounded(live.moving),
    load: rounded(loadavg()[0] ?? 0),
  }
}

async function inFull<T>(engine: Engine, use: (inbox: FullInbox) => Promise<T>): Promise<T> {
  const inbox = await engine.fresh()
  try {
    return await use(inbox)
  } finally {
    await inbox.close()
  }
}

/** How long messages of the source's customers take to be stored, at the 99th of 100, alone and beside the move. */
async function liveWrites({ url }: FullInbox): Promise<{ readonly alone: number; readonly beside: number; readonly moving: number }> {
  const store = createConversationStore({ url })
  const account = store.forAccount(accountId)
  const customers = given ?? 100_000
  const write = () => {
    const customerId = customerOf(1 + Math.floor(Math.random() * (customers - 1)))
    return account.upsertConversationWithEvents({ oaId: sourceOaId, customerId, events: newMessages(1) })
  }
  try {
    const before = liveWriter(write)
    await setTimeout(aloneMs)
    const alone = await before.stop()
    const meanwhile = liveWriter(write)
    const { moving } = await moved(url, usualPauseMs)
    return { alone, beside: await meanwhile.stop(), moving }
  } finally {
    await store.close()
  }
}

/** Moves the inbox in a process of its own. */
async function moved(url: string, pauseMs: number): Promise<MoveFigures> {
  const program = fileURLToPath(new URL('worker.ts', import.meta.url))
  const child = fork(program, [url, String(pauseMs)], { execArgv: [...process.execArgv, '--expose-gc'] })
  const ended = once(child, 'exit')
  const [figures] = await Promise.race([
    once(child, 'message'),
    ended.then(([status]) => Promise.reject(new Error(`the worker ended with ${status}`))),
  ])
  await ended
  return figures as MoveFigures
}

function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length * part)] ?? Number.NaN
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0)
}

function rounded(value: number): number {
  return Number(value.toFixed(2))
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20)
}
