import { describe, expect, test } from 'vitest'
import { addOptimisticLocking, allowClosedDuplicates } from '../../src/adoption/index.js'
import { isServerAbsent } from '../contract/server.js'
import { closedHosts } from './closed-host.js'
import { freeWriters } from './free-writers.js'
import { addDoubles, sqlHosts } from './locking-tables.js'

const ofWriters = (reports: readonly { readonly errors: readonly string[]; readonly doubles: number }[]) => ({
  errors: reports.flatMap(({ errors }) => errors),
  doubles: reports.reduce((sum, { doubles }) => sum + doubles, 0),
})

describe.skipIf(isServerAbsent('postgres'))('writers that are processes of their own, on PostgreSQL,', () => {
  test.each(['index', 'key-column'] as const)(
    'make no double and lose nothing while closed conversations are allowed by the %s, by the other way, and by it again',
    { timeout: 120_000 },
    async (enforce) => {
      const [, open] = closedHosts[0] ?? []
      const host = await open?.()
      if (host === undefined) throw new Error('there is no PostgreSQL')
      const { schema, query } = host
      const helper = allowClosedDuplicates({ ...host.options, enforce, pace: { first: 5, least: 5, most: 50 } })
      const other = allowClosedDuplicates({ ...host.options, enforce: enforce === 'index' ? 'key-column' : 'index' })
      const writers = await freeWriters(3, { schema, writes: 'conversations' })
      expect(await helper.apply()).toMatchObject({ ok: true, problems: [] })
      // The other way to enforce it takes the place of the first, beside the same writers.
      expect(await other.apply()).toMatchObject({ ok: true, problems: [] })
      expect(await helper.apply()).toMatchObject({ ok: true, problems: [] })
      const reports = await writers.stop()
      expect(ofWriters(reports)).toEqual({ errors: [], doubles: 0 })
      for (const { inserted, refused } of reports)
        expect({ wrote: inserted.length > 5, wasRefused: refused > 0 }).toEqual({ wrote: true, wasRefused: true })
      const ids = (await host.rows()).map(([id]) => id)
      expect(ids.sort()).toEqual(reports.flatMap(({ inserted }) => inserted).sort())
      const doubles = await query(
        `select 1 from "${schema}".conversations where status <> 'CLOSED' group by "pageConnectionId", "widgetConfigId", psid having count(*) > 1`,
      )
      expect(doubles).toEqual([])
      // Closed ones repeat by now, which the old index would have refused.
      expect(ids.length).toBeGreaterThan(14)
    },
  )

  test('see nothing but refused doubles while the locking is added, and lose nothing', { timeout: 120_000 }, async () => {
    const host = await sqlHosts[0]?.[1]()
    if (host === undefined) throw new Error('there is no PostgreSQL')
    await addDoubles(host)
    const before = (await host.query(`select id::text from "${host.schema}".contact_interaction_events`)).length
    const writers = await freeWriters(3, { schema: host.schema, writes: 'events' })
    const { applied, verified } = await addOptimisticLocking({ db: host.db, conversations: { schema: host.schema }, apply: true }).run()
    const reports = await writers.stop()
    expect(ofWriters(reports)).toEqual({ errors: [], doubles: 0 })
    expect(verified).toMatchObject({ versionColumns: 1, eventIndexes: 2, duplicates: 0 })
    const events = await host.query(`select message_id as id from "${host.schema}".contact_interaction_events where event_type = 'message'`)
    const said = events.map(({ id }) => String(id))
    expect(new Set(said).size).toBe(said.length)
    const inserted = reports.flatMap((report) => report.inserted)
    expect(said).toEqual(expect.arrayContaining([...new Set(inserted)]))
    expect(inserted.length).toBeGreaterThan(20)
    // Each row is where it was, or in the archive.
    const archived = await host.query(`select 1 from "${host.schema}".conversation_store_archive`)
    const left = await host.query(`select 1 from "${host.schema}".contact_interaction_events`)
    expect(archived).toHaveLength(applied?.doubles ?? -1)
    expect(left.length + archived.length).toBe(before + inserted.length)
  })
})
