import { expect, onTestFinished, test } from 'vitest'
import { addOptimisticLocking, backfillAccountIds, swapUniqueIndex } from '../../src/adoption/index.js'
import { scratchPool } from '../postgres/scratch-schema.js'
import { interferedPool } from './interfered.js'
import { addDoubles, sqlHosts } from './locking-tables.js'
import { postgresHost } from './postgres-host.js'

/** Locks rows in a session of its own, as a live writer does. */
async function locked(statement: string): Promise<{ release(): Promise<void> }> {
  const pool = scratchPool({ max: 1 })
  const client = await pool.connect()
  await client.query('begin')
  await client.query(statement)
  let isHeld = true
  const release = async () => {
    if (!isHeld) return
    isHeld = false
    await client.query('rollback')
    client.release()
  }
  onTestFinished(release)
  return { release }
}

/** A pool that calls `release` before the second attempt of a statement. */
function releasedAtSecond(pattern: RegExp, release: () => Promise<void>) {
  let attempts = 0
  return interferedPool(scratchPool(), {
    async before(text) {
      if (pattern.test(text) && ++attempts === 2) await release()
    },
  })
}

const row = { oaId: 'page', customerId: 'x', status: 'open' }

test('a backfill tells what was committed alone, once, and counts nothing as kept that was locked', async () => {
  const host = await postgresHost()
  await host.addIntegrations([{ oaId: 'page', accountId: 'acme' }])
  await host.addConversations([
    { id: 'c1', ...row },
    { id: 'c2', ...row, oaId: 'gone' },
  ])
  const orphan = await locked(`select from "${host.schema}".conversations where id = 'c2' for update`)
  const lines: string[] = []
  const note = (line: string) => void lines.push(line)
  const logger = { debug: note, info: note, warn: note, error: note }
  const quarantine = backfillAccountIds({ db: host.db, conversations: host.where, logger, orphans: { policy: 'quarantine' } })
  expect(await quarantine.apply()).toMatchObject({ updated: 1, keptAsSet: 0, quarantined: 0 })
  expect(lines).toEqual(['Updated conversation c1 with accountId: acme'])
  await orphan.release()
  await host.addConversations([{ id: 'c3', ...row }])
  await locked(`select from "${host.schema}".conversations where id = 'c3' for update`)
  expect(await quarantine.apply()).toMatchObject({ updated: 0, keptAsSet: 0, quarantined: 1 })
})

test('the marking of doubles gives way to a writer, and begins anew', async () => {
  const host = await postgresHost()
  await host.addConversations([
    { id: 'c1', ...row, accountId: 'acme' },
    { id: 'c2', ...row, accountId: 'acme' },
  ])
  const conversations = { ...host.where, status: 'status' }
  let writer: Awaited<ReturnType<typeof locked>> | null = null
  let marks = 0
  const pool = interferedPool(scratchPool(), {
    async before(text) {
      if (!/^update .* set "conversation_store_double" = true/.test(text)) return
      marks++
      if (marks === 1) writer = await locked(`select from "${host.schema}".conversations where id = 'c1' for update`)
      if (marks === 2) await writer?.release()
    },
  })
  expect(await swapUniqueIndex({ db: pool, conversations }).apply()).toMatchObject({ state: 'guarded' })
  expect(marks).toBe(2)
})

test('the taking out of doubled events gives way to a writer, and begins anew', async () => {
  const host = await sqlHosts[0]?.[1]()
  if (host === undefined) throw new Error('there is no host')
  await addDoubles(host)
  await addOptimisticLocking({ db: host.db, conversations: host.where }).plan()
  const writer = await locked(`select from "${host.schema}".contact_interaction_events where message_id = 'm1' for update`)
  // The column and the table of the archive are made meanwhile: the writer has the events alone.
  const db = releasedAtSecond(/^with pairs as/, writer.release)
  expect(await addOptimisticLocking({ db, conversations: host.where }).apply()).toMatchObject({ doubles: 4 })
})
