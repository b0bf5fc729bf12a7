import { loadavg } from 'node:os'
import type { AccountConversations, ConversationAdapter } from 'conversation-store'
import { type Meter, timeInRounds } from '../index-sets/rounds.js'
import type { Build } from './build-of.js'

const rounds = Number(process.env.REVISIONS_ROUNDS ?? 24)
const oaId = 'page'

type Call = (account: AccountConversations, customerId: string) => Promise<unknown>

let made = 0
const message = () => ({ type: 'message', messageId: `m${++made}`, text: 'Hello?' }) as const
const five = () => Array.from({ length: 5 }, message)
const twenty = () => Array.from({ length: 20 }, (_, n) => ({ oaId, customerId: `bulk ${n}`, events: [message()] }))

/** The calls that are compared, and how many of them each of 1 or of 16 callers makes in a turn. */
const calls: readonly { readonly title: string; readonly call: Call; readonly inATurn: readonly [number, number] }[] = [
  {
    title: 'one message',
    call: (account, customerId) => account.upsertConversationWithEvents({ oaId, customerId, events: [message()] }),
    inATurn: [40, 6],
  },
  {
    title: 'five messages',
    call: (account, customerId) => account.upsertConversationWithEvents({ oaId, customerId, events: five() }),
    inATurn: [40, 6],
  },
  {
    title: 'a first message',
    call: (account) => account.upsertConversationWithEvents({ oaId, customerId: `first ${++made}`, events: [message()] }),
    inATurn: [40, 6],
  },
  {
    title: 'a first upsert',
    call: (account) => account.upsertConversation({ oaId, customerId: `first ${++made}`, nickname: 'Lan' }),
    inATurn: [40, 6],
  },
  {
    title: 'a nickname',
    call: (account, customerId) => account.upsertConversation({ oaId, customerId, nickname: `Lan ${++made}` }),
    inATurn: [40, 6],
  },
  { title: 'a bulk of 20', call: (account) => account.bulkUpsertConversationsWithEvents({ conversations: twenty() }), inATurn: [5, 1] },
]

/** A build under the name that the table gives it, with an adapter over a database of its own. */
export interface Revision {
  readonly name: string
  readonly build: Build
  readonly adapter: ConversationAdapter
}

/**
 * Prints what each call costs by each build, as a ratio to the first build, by two clocks and with 1 and 16 callers.
 * `processor` is called once each call has been made, so it can let the server look at its tables.
 */
export async function measureRevisions(engine: string, revisions: readonly Revision[], processor: () => Promise<Meter>): Promise<void> {
  const accounts: { name: string; account: AccountConversations }[] = []
  for (const { name, build, adapter } of revisions) {
    const store = build.createConversationStore({ adapter })
    await store.migrate()
    accounts.push({ name, account: store.forAccount('acme') })
  }
  // A server plans badly for tables that it has never looked at, so it has rows by the time it is asked for its clock.
  for (const { account } of accounts) for (const { call, inATurn } of calls) await writeFrom(16, inATurn[0], account, call)
  const clocks = [['the caller’s clock', () => performance.now()] as const, ['the server’s processor', await processor()] as const]
  for (const [clock, meter] of clocks) {
    const table: Record<string, string>[] = []
    for (const { title, call, inATurn } of calls) {
      for (const [place, callers] of [1, 16].entries()) {
        const writers = accounts.map(({ name, account }) => ({ name, write: () => writeFrom(callers, inATurn[place] ?? 1, account, call) }))
        const [first, second] = await timeInRounds(writers, rounds, meter)
        const { median, q1, q3 } = second?.ratio ?? { median: Number.NaN, q1: Number.NaN, q3: Number.NaN }
        const ofTurn = callers * (inATurn[place] ?? 1)
        table.push({
          call: title,
          callers: String(callers),
          [`ms a call, ${first?.name}`]: ((first?.time ?? Number.NaN) / ofTurn).toFixed(3),
          [`ms a call, ${second?.name}`]: ((second?.time ?? Number.NaN) / ofTurn).toFixed(3),
          ratio: `${median.toFixed(2)} (${q1.toFixed(2)}–${q3.toFixed(2)})`,
        })
      }
    }
    console.log(`${engine}, by ${clock}; ${rounds} rounds, load ${loadavg()[0]?.toFixed(1)}`)
    console.table(table)
  }
}

function writeFrom(callers: number, each: number, account: AccountConversations, call: Call): Promise<unknown> {
  return Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      for (let n = 0; n < each; n += 1) await call(account, `customer ${caller}`)
    }),
  )
}
