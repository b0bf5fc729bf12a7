import type { AccountConversations, EventInput } from 'conversation-store'
import type { Engines } from './engines.js'
import { milliseconds, timed } from './timed.js'

const later = 100_000
const atOnce = 2_500

/** Prints what it costs to fold an echo into its reply before many later messages of the conversation. */
export async function measureFolds({ postgres, mongo }: Engines): Promise<void> {
  console.log(`An echo folds into its reply, before ${later.toLocaleString('en')} later messages`)
  const rows: Record<string, string>[] = []
  for (const { name, account } of [postgres, mongo]) {
    const key = { oaId: 'page', customerId: 'folds' }
    const write = (...events: EventInput[]) => account.upsertConversationWithEvents({ ...key, events })
    await write(...pair('near'), ...pair('warm'))
    // The replies of this conversation get their echoes only in the next one.
    await write({ type: 'message', localId: 'l-far', direction: 'outbound', text: 'hello' })
    await account.closeConversation(key)
    await write(...pair('other'))
    await fill(account, key)
    const far = 'echo that the other conversation shows'
    await write({ type: 'message', messageId: 'm-far', direction: 'outbound', text: far })
    await write(link('warm'))
    for (const [which, title] of [
      ['near', 'no later message'],
      ['other', `${later} later messages`],
      ['far', 'the echo is shown after as many'],
    ] as const) {
      const { ms, mebibytes } = await timed(() => write(link(which)))
      rows.push({ engine: name, fold: title, ms: milliseconds(ms), 'MiB more in this process': mebibytes.toFixed(0) })
    }
  }
  console.table(rows)
}

function pair(name: string): EventInput[] {
  const reply = { type: 'message', direction: 'outbound', text: 'hello' } as const
  return [
    { ...reply, localId: `l-${name}` },
    { ...reply, messageId: `m-${name}` },
  ]
}

function link(name: string): EventInput {
  return { type: 'message_sent', localId: `l-${name}`, messageId: `m-${name}` }
}

async function fill(account: AccountConversations, key: { oaId: string; customerId: string }): Promise<void> {
  for (let first = 0; first < later; first += atOnce) {
    const events = Array.from({ length: atOnce }, (_, index): EventInput => {
      return { type: 'message', messageId: `later-${first + index}`, text: 'Good morning' }
    })
    await account.upsertConversationWithEvents({ ...key, events })
  }
}
