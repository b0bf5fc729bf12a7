import { afterEach, describe, expect, test, vi } from 'vitest'
import { postgres } from '../../src/postgres/index.js'
import type { ConversationAdapter, WriteStamp } from '../../src/store/adapter.js'
import { agedMarks } from '../contract/aged-marks.js'
import { onPglite, onServer, type ScratchSchema, scratchPool } from './scratch-schema.js'
import { seedConversation, stamp } from './seed.js'

afterEach(() => {
  vi.restoreAllMocks()
})

interface BusyDriver extends ScratchSchema {
  /** A store on a driver with one connection, which is busy until `release` is called. */
  readonly busy: ConversationAdapter
  release(): void
}

async function exhaustedPool(): Promise<BusyDriver> {
  const scratch = await onServer()
  const pool = scratchPool({ max: 1 })
  const client = await pool.connect()
  return { ...scratch, busy: postgres({ pool, schema: scratch.schema }), release: () => client.release() }
}

async function clientAtWork(): Promise<BusyDriver> {
  const scratch = await onServer()
  const [client, blocker] = [await scratchPool().connect(), await scratchPool().connect()]
  await blocker.query('select pg_advisory_lock(hashtext($1))', [scratch.schema])
  const working = client.query('select pg_advisory_xact_lock(hashtext($1))', [scratch.schema])
  const release = () => {
    void blocker.query('select pg_advisory_unlock_all()').then(() => blocker.release())
    void working.then(() => client.release())
  }
  return { ...scratch, busy: postgres({ pool: client, schema: scratch.schema }), release }
}

async function pgliteInTransaction(): Promise<BusyDriver> {
  const scratch = await onPglite()
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const query: ScratchSchema['query'] = async (text, values) => {
    const rows = await scratch.query(text, values)
    // The last query of the preparation is the one that makes the marks older.
    if (text.startsWith('update')) void scratch.pglite.transaction(() => released)
    return rows
  }
  return { ...scratch, query, busy: scratch.adapter, release }
}

describe.each([
  ['an exhausted pool', exhaustedPool],
  ['a client that is at work', clientAtWork],
  ['PGlite in a transaction of the host', pgliteInTransaction],
])('a call that is sent again and waits for %s', (_, open) => {
  test.each(['updateConversation', 'upsertConversations', 'markRead'] as const)(
    'counts the wait to the time since its first sending: %s',
    async (verb) => {
      const scratch = await open()
      const { id } = await seedConversation(scratch, { customerId: 'lan', messages: ['inbound', 'inbound'] })
      const target = { target: { conversationId: id }, expectedVersion: null }
      for (let n = 0; n < 17; n += 1)
        await scratch.adapter.operations.updateConversation({ ...stamp(), ...target, patch: { nickname: `young ${n}` } })
      // The marks are half an hour old, and the call was first sent an hour ago.
      await scratch.query(`update "${scratch.schema}".conversations set operations = ${agedMarks(1_800_000)}`)
      const sent = performance.now()
      const clock = vi.spyOn(performance, 'now').mockReturnValue(sent + 1)
      const lost = { ...stamp(), firstSentAt: sent }
      const resent = sendAgain(scratch.busy, verb, lost, target)
      const refused = expect(resent).rejects.toMatchObject({ code: 'COMMIT_OUTCOME_UNKNOWN' })
      clock.mockReturnValue(sent + 3_600_000)
      scratch.release()
      await refused
    },
  )
})

async function sendAgain(
  { operations }: ConversationAdapter,
  verb: 'updateConversation' | 'upsertConversations' | 'markRead',
  lost: WriteStamp,
  target: { readonly target: { readonly conversationId: string }; readonly expectedVersion: null },
): Promise<unknown> {
  const patch = { nickname: 'OLD' }
  if (verb === 'updateConversation') return operations.updateConversation({ ...lost, ...target, patch })
  if (verb === 'markRead') return operations.markRead({ ...lost, ...target, seq: 1, upToTime: null })
  const item = {
    oaId: 'page',
    customerId: 'lan',
    operationId: lost.operationId,
    patch,
    channel: null,
    expectedVersion: null,
    onClosed: null,
  }
  const ids = { conversation: 'c', contact: 'p', contactInbox: 'i', identities: [] }
  const ofHistory = { historyOpens: 'open' as const, markUnread: false }
  const items = [{ ...item, ...ofHistory, ids, identities: [], defaultOnClosed: 'new' as const, usernameKey: null, events: [] }]
  const [result] = await operations.upsertConversations({ ...lost, atomic: false, items })
  if (result?.ok === false) throw result.failure
  return result
}
