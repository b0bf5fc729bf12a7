import type { ConversationAdapter } from 'conversation-store'
import { createConversationStore } from 'conversation-store'
import type { Meter } from '../index-sets/rounds.js'
import { callsATurn, reportMessages, waitingUnder } from './report.js'

export const accountId = 'acme'

/** An engine, as the measurement needs it. */
export interface WaitingBench {
  readonly name: string
  readonly adapter: ConversationAdapter
  /** Leaves so many events waiting under a customer, as every version of the store has written them. */
  leaveWaiting(customerId: string, count: number): Promise<void>
  /** The processor time of the server, read after the events were left. */
  processor(): Promise<Meter>
}

/** Prints what a plain message costs a customer under whom events wait for messages that never come. */
export async function measureMessages({ name, adapter, leaveWaiting, processor }: WaitingBench): Promise<void> {
  const store = createConversationStore({ adapter })
  await store.migrate()
  const account = store.forAccount(accountId)
  let made = 0
  for (const direction of ['inbound', 'outbound'] as const) {
    const customers = waitingUnder.map((count) => ({ count, customerId: `${direction} ${count}` }))
    const write = async (customerId: string) => {
      const events = [{ type: 'message' as const, direction, messageId: `m${++made}`, text: 'Is it still there?' }]
      await account.upsertConversationWithEvents({ oaId: 'page', customerId, events })
    }
    for (const { count, customerId } of customers) {
      await write(customerId)
      await leaveWaiting(customerId, count)
    }
    const writers = customers.map(({ count, customerId }) => ({
      name: String(count),
      write: async () => {
        for (let call = 0; call < callsATurn; call += 1) await write(customerId)
      },
    }))
    await reportMessages(`${name}, an ${direction} message`, writers, await processor())
  }
}
