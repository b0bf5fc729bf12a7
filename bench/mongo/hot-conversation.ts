import { type FirstMessages, writeFirstMessages } from '../../test/race/first-messages.js'
import type { Figure, TakeFigures } from '../comparison.js'
import { openStoreDatabase } from './store-database.js'

const race = { processes: 4, callers: 64, times: 1 } as const
const messages = 2_000
/**
 * These are fewer, because they take many seconds. As each transaction starts again until it wins, the time grows at
 * least in proportion to their number.
 */
const plainMessages = 200

/** Races the first messages of one customer, from 64 callers in 4 processes. */
export const takeMongoHotConversation: TakeFigures = async ({ mongoUrl }) => {
  const ours = await runRace(mongoUrl, { ...race, messages })
  const plain = await runRace(mongoUrl, {
    ...race,
    messages: plainMessages,
    worker: new URL('plain-transactions-worker.ts', import.meta.url),
  })
  const taken = `${messages} first messages, 64 callers in 4 processes`
  const takenPlain = `${plainMessages} of them: shown beside, with transactions that begin anew after up to 10 ms`
  const figures: Figure[] = [
    { title: 'conversation-store, a message', value: ours.messageMs, unit: 'ms', atMost: 3, note: taken },
    { title: 'conversation-store, the worst call', value: ours.worstMs, unit: 'ms', atMost: 2_000, note: taken },
    { title: 'plain transactions, a message', value: plain.messageMs, unit: 'ms', note: takenPlain },
    { title: 'plain transactions, the worst call', value: plain.worstMs, unit: 'ms', note: takenPlain },
  ]
  return { title: 'MongoDB: a hot conversation', figures }
}

async function runRace(mongoUrl: string, run: Omit<FirstMessages, 'url'>): Promise<{ messageMs: number; worstMs: number }> {
  const database = await openStoreDatabase(mongoUrl, { connections: 1, customers: 0 })
  try {
    const { totalMs, worstMs, stored, errors } = await writeFirstMessages({ ...run, url: database.url })
    if (errors.length > 0 || stored !== run.messages) throw new Error(`${stored} of ${run.messages} were stored: ${errors[0]}`)
    return { messageMs: totalMs / run.messages, worstMs }
  } finally {
    await database.close()
  }
}
