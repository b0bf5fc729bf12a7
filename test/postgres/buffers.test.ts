import { expect, test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { reads, writes } from './counted-calls.js'
import { prepare, writesOfPeople } from './counted-people.js'
import { fillAccount } from './filled-account.js'
import { onServer, recordStatements, scratchPool } from './scratch-schema.js'
import { type Touched, touchedBy } from './touched.js'

const fewer = 10_000
const more = 100_000
const allWrites = { ...writes, ...writesOfPeople }

/**
 * A customer has few conversations. They are gathered by their contact inboxes and then sorted, because no index holds
 * them in order. A contact's come in order, a page of each of its ids. A reply was sent to few customers.
 */
const sorted: ReadonlySet<string> = new Set(['listConversations of a customer', 'listConversations of a contact', 'findReceivers'])

function writesOrLocks(name: string): boolean {
  return name in allWrites && !name.startsWith('markRead of a read')
}

/**
 * The blocks that a call may touch when each index that it descends has one more level. That adds at most 1 in 3 to
 * what three levels take. Anything that grows with the account would touch ten times as many.
 */
const withAnotherLevel = (blocks: number) => blocks * 1.4 + 4
/** The limit for a page of 50 as well as for a single row, because rows that lie together share blocks. */
const blocksOfARead = 30

test('a call touches no more among 100,000 conversations than among 10,000, and writes only its own rows', async () => {
  const [few, many] = await Promise.all([touchedAt(fewer), touchedAt(more)])
  const wrong: string[] = []
  const require = (held: boolean, complaint: string) => held || wrong.push(complaint)
  for (const [name, { blocks, rows, sequentialScans, wroteOrLocked, nodes }] of Object.entries(many)) {
    const before = few[name]?.blocks ?? 0
    require(blocks <= withAnotherLevel(before), `${name}: ${blocks} blocks instead of ${before}`)
    require(sequentialScans === 0, `${name}: ${sequentialScans} sequential scans`)
    for (const [table, counts] of Object.entries(rows))
      require(counts.every(
        (count, index) => count <= (allWrites[name]?.rows[table]?.[index] ?? 0),
      ), `${name}: ${counts.join('/')} rows of ${table}`)
    if (!writesOrLocks(name)) require(!wroteOrLocked, `${name}: wrote or locked a row`)
    if (!(name in reads)) continue
    require(blocks <= blocksOfARead, `${name}: ${blocks} blocks`)
    for (const node of nodes.filter((node) => /Seq Scan|Hash|Sort/.test(node) && !(sorted.has(name) && node === 'Sort')))
      wrong.push(`${name}: ${node}`)
  }
  expect(wrong).toEqual([])
})

async function touchedAt(conversations: number): Promise<Readonly<Record<string, Touched>>> {
  const pool = scratchPool({ max: 1 })
  const scratch = await onServer({ pool })
  await fillAccount(scratch, conversations)
  await scratch.query('set plan_cache_mode = force_generic_plan')
  const sent = recordStatements(pool)
  const account = createConversationStore({ adapter: scratch.adapter }).forAccount('acme')
  const prepared = await prepare(account)
  const touched: Record<string, Touched> = {}
  for (const [name, read] of Object.entries(reads)) touched[name] = await touchedBy(scratch, sent, () => read(scratch.adapter.operations))
  for (const [name, { call }] of Object.entries(allWrites)) touched[name] = await touchedBy(scratch, sent, () => call(account, prepared))
  return touched
}
