import type { AccountConversations, EventInput } from 'conversation-store'
import type { Engines } from './engines.js'
import { milliseconds } from './timed.js'

const undelivered = 66_000
const atOnce = 2_500
const start = Date.UTC(2026, 0, 1)

/** Prints what a watermark over very many messages costs, and how long it holds up another process that writes too. */
export async function measureWatermarks({ postgres, mongo }: Engines): Promise<void> {
  console.log(`A read watermark over ${undelivered.toLocaleString('en')} messages, while another process writes to the conversation`)
  const rows = []
  for (const engine of [postgres, mongo]) {
    const other = engine.another()
    for (const kind of ['says', 'replies', 'receipts'] as const) {
      const key = { oaId: 'page', customerId: `watermarks-${kind}` }
      await fill(engine.account, key)
      const transactions = engine.name === 'MongoDB' ? engine.transactions() : null
      let isDone = false
      const watermark: EventInput = { type: 'receipt', status: 'read', watermark: new Date(start + undelivered) }
      const started = performance.now()
      const marking = engine.account.upsertConversationWithEvents({ ...key, events: [watermark] }).finally(() => {
        isDone = true
      })
      const calls: number[] = []
      let refused = 0
      for (let turn = 0; !isDone; turn++) {
        const began = performance.now()
        await other.upsertConversationWithEvents({ ...key, events: [eventOf(kind, turn)] }).catch(() => {
          refused += 1
        })
        calls.push(performance.now() - began)
      }
      await marking
      const total = performance.now() - started
      rows.push({
        engine: engine.name,
        'the other process': kind,
        'whole call, ms': milliseconds(total),
        'longest transaction, ms': transactions === null ? milliseconds(total) : milliseconds(transactions.longest()),
        'calls of the other': calls.length,
        refused,
        'median, ms': milliseconds(calls.sort((a, b) => a - b)[Math.floor(calls.length / 2)] ?? Number.NaN),
        'worst, ms': milliseconds(calls.at(-1) ?? Number.NaN),
      })
    }
  }
  console.table(rows)
}

function eventOf(kind: 'says' | 'replies' | 'receipts', turn: number): EventInput {
  switch (kind) {
    case 'says':
      return { type: 'message', messageId: `says-${turn}`, text: 'Good morning' }
    case 'replies':
      return { type: 'message', messageId: `replies-${turn}`, direction: 'outbound', text: 'Good morning' }
    case 'receipts':
      return { type: 'receipt', status: 'delivered', messageIds: [`m${(turn * 7919) % undelivered}`] }
  }
}

async function fill(account: AccountConversations, key: { oaId: string; customerId: string }): Promise<void> {
  for (let first = 0; first < undelivered; first += atOnce) {
    const events = Array.from({ length: Math.min(atOnce, undelivered - first) }, (_, index): EventInput => {
      const occurredAt = new Date(start + first + index)
      return { type: 'message', messageId: `m${first + index}`, direction: 'outbound', text: 'Good morning', occurredAt }
    })
    await account.upsertConversationWithEvents({ ...key, events })
  }
}
