import { loadavg } from 'node:os'
import type { AccountConversations, EventInput } from 'conversation-store'
import { openEngines } from '../cliffs/engines.js'

const size = Number(process.argv[2] ?? 200_000)
const only = process.argv[3]
const atOnce = 1_000
const hour = Date.UTC(2026, 0, 1)

/** Prints how long two large conversations take to merge and to part, with and without messages that both have. */
const engines = await openEngines()
try {
  const rows: Record<string, string | number>[] = []
  for (const { name, account, another } of [engines.postgres, engines.mongo]) {
    if (only !== undefined && only !== name) continue
    for (const share of [0, 1]) {
      const row = { engine: name, messages: size, doubles: size * share, ...(await measure(account, another(), share)) }
      console.log(JSON.stringify(row))
      rows.push(row)
    }
  }
  console.table(rows)
  console.log(`load ${loadavg()[0]?.toFixed(1)}`)
} finally {
  await engines.close()
}

async function measure(
  account: AccountConversations,
  other: AccountConversations,
  share: number,
): Promise<Record<string, string | number>> {
  const [keep, lose] = ['kept', 'lost'].map((each) => ({ oaId: 'page', customerId: `${each} ${share}` })) as [Key, Key]
  const filled = performance.now()
  await fill(account, keep, (n) => (share === 1 ? `both ${n}` : `kept ${n}`))
  // Without statistics a large call is planned for an empty table.
  await engines.postgres.query('analyze')
  await fill(account, lose, (n) => (share === 1 ? `both ${n}` : `lost ${n}`))
  const filling = seconds(filled)
  let isOver = false
  let longest = 0
  let written = () => {}
  const waits = (async () => {
    for (let n = 0; !isOver; n++) {
      const begun = performance.now()
      await other.upsertConversationWithEvents({ ...keep, events: [{ type: 'message', messageId: `live ${share} ${n}`, text: 'hello' }] })
      longest = Math.max(longest, performance.now() - begun)
      written()
    }
  })()
  const merging = performance.now()
  const { mergeId } = await account.mergeConversations({ keep, lose }).catch((error: unknown) => {
    console.error(error)
    throw error
  })
  const merged = seconds(merging)
  // The write that waited for the merge ends after it.
  await new Promise<void>((resolve) => {
    written = resolve
  })
  const waited = longest
  const parting = performance.now()
  await account.unmergeConversations({ mergeId })
  const parted = seconds(parting)
  isOver = true
  await waits
  return { 'filled in s': filling, 'merge in s': merged, 'a writer waited s': (waited / 1000).toFixed(2), 'undoing in s': parted }
}

interface Key {
  readonly oaId: string
  readonly customerId: string
}

async function fill(account: AccountConversations, key: Key, idOf: (n: number) => string): Promise<void> {
  for (let first = 0; first < size; first += atOnce) {
    if (first === atOnce) await engines.postgres.query('analyze')
    const events = Array.from({ length: Math.min(atOnce, size - first) }, (_, index): EventInput => {
      const n = first + index
      return { type: 'message', messageId: idOf(n), text: 'Good morning', occurredAt: new Date(hour + n * 1_000) }
    })
    await account.upsertConversationWithEvents({ ...key, events })
  }
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1_000).toFixed(2)
}
