import type { AccountConversations, EventInput } from 'conversation-store'
import type { Engines } from './engines.js'
import { milliseconds, timed } from './timed.js'

const atOnce = 250
const parts = [0, 1_000, 2_500, 5_000, 9_750] as const

/** Prints what a reaction costs, by the number of senders who have reacted to the message before. */
export async function measureReactions({ postgres, mongo }: Engines): Promise<void> {
  console.log(`Reactions of distinct senders to one message, ${atOnce} a call: ms a reaction, by how many came before`)
  const rows = []
  for (const { name, account } of [postgres, mongo]) {
    const key = { oaId: 'page', customerId: 'reactions' }
    await account.upsertConversationWithEvents({ ...key, events: [{ type: 'message', messageId: 'm', text: 'Who comes?' }] })
    const row: Record<string, string> = { engine: name }
    let all = 0
    for (let first = 0; first < 10_000; first += atOnce) {
      const { ms } = await timed(() => react(account, key, first))
      all += ms
      if (parts.some((part) => part === first)) row[`after ${first}`] = milliseconds(ms / atOnce)
    }
    rows.push({ ...row, '10,000 reactions': `${(all / 1_000).toFixed(1)} s` })
  }
  console.table(rows)
}

async function react(account: AccountConversations, key: { oaId: string; customerId: string }, first: number): Promise<void> {
  const events = Array.from({ length: atOnce }, (_, index): EventInput => {
    const occurredAt = new Date(Date.UTC(2026, 0, 1) + first + index)
    return { type: 'reaction', targetMessageId: 'm', emoji: '👍', sender: { id: `sender-${first + index}` }, occurredAt }
  })
  await account.upsertConversationWithEvents({ ...key, events })
}
