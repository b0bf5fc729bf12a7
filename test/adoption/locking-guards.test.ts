import { describe, expect, test } from 'vitest'
import { addOptimisticLocking, lockingSql } from '../../src/adoption/index.js'
import { scratchPool } from '../postgres/scratch-schema.js'
import { type Interference, interferedPool } from './interfered.js'
import { addDoubles, type SqlHost, sqlHosts, wholeOf } from './locking-tables.js'

const open = async (): Promise<SqlHost> => {
  const server = sqlHosts.find(([name]) => name === 'PostgreSQL')?.[1]
  if (server === undefined) throw new Error('there is no host on PostgreSQL')
  return server()
}

const helper = (host: SqlHost, interference: Interference, lockWaitMs = 60_000) =>
  addOptimisticLocking({ db: interferedPool(scratchPool(), interference), conversations: host.where, lockWaitMs })

type Guard = (host: SqlHost, plant: Interference) => Promise<void>

const guards = {
  'an event that comes while the index is built goes into the archive too': async (host, plant) => {
    let came = false
    const applied = await helper(host, {
      ...plant,
      async before(text) {
        if (came || !text.startsWith('create unique index concurrently "idx_unique_event_by_message"')) return
        came = true
        await addDoubles(host)
      },
    }).apply()
    expect({ came, doubles: applied.doubles }).toEqual({ came: true, doubles: 4 })
  },
  'an index that a process built and could not mark goes on the way back': async (host, plant) => {
    await addDoubles(host)
    for (const goesOn of [true, false]) {
      const killed = helper(host, {
        ...plant,
        async before(text) {
          if (text.startsWith('comment on index')) throw new Error('killed')
        },
      })
      await expect(killed.apply()).rejects.toThrow('killed')
      if (goesOn) await helper(host, plant).apply()
      const { restored, dropped } = await helper(host, plant).revert()
      expect({ restored, dropped }).toEqual({
        restored: 4 - (goesOn ? 0 : 1),
        dropped: expect.arrayContaining(['index idx_unique_event_by_message']),
      })
    }
  },
  'every double is in the archive': async (host, plant) => {
    await addDoubles(host)
    await helper(host, plant).apply()
    expect(await host.query(`select count(*)::int as n from "${host.schema}".conversation_store_archive`)).toEqual([{ n: 4 }])
  },
  'the first of doubles is kept': async (host, plant) => {
    await addDoubles(host)
    await helper(host, plant).apply()
    const kept = await host.query(`select id::int from "${host.schema}".contact_interaction_events where message_id = 'm1'`)
    expect(kept).toEqual([{ id: 1 }])
  },
  'an event that is no double any more when its batch comes stays': async (host, plant) => {
    await addDoubles(host)
    const events = `"${host.schema}".contact_interaction_events`
    const [first] = await host.query(`select id::text from ${events} where message_id = 'm1' order by id`)
    let isChanged = false
    const applied = await addOptimisticLocking({
      db: interferedPool(scratchPool(), plant),
      conversations: host.where,
      pace: { first: 1, least: 1, most: 1 },
      async onProgress({ name }) {
        if (isChanged || !name.startsWith('doubles')) return
        isChanged = true
        await host.query(`update ${events} set message_id = 'another' where id = $1`, [first?.id])
      },
    }).apply()
    // One went before the change. Of the two others, which are doubles of each other alone by then, one went.
    expect(applied.doubles).toBe(3)
  },
  'what another unique index refuses by now stays in the archive, and the others come back': async (host, plant) => {
    const events = `"${host.schema}".contact_interaction_events`
    await addDoubles(host)
    const before = await wholeOf(host)
    await helper(host, plant).apply()
    await host.query(`create unique index one_reading on ${events} (conversation_id) where event_type = 'read'`)
    expect(await helper(host, plant).revert()).toMatchObject({ restored: 3, left: 1 })
    await host.query(`drop index "${host.schema}".one_reading`)
    expect(await helper(host, plant).revert()).toMatchObject({ restored: 1, left: 0 })
    expect(await wholeOf(host)).toEqual(before)
  },
  'what the host had is not dropped on the way back': async (host, plant) => {
    await host.query(`alter table "${host.schema}".messenger_conversations add column version integer not null default 7`)
    await helper(host, plant).apply()
    await helper(host, plant).revert()
    expect(await host.query(`select distinct version from "${host.schema}".messenger_conversations`)).toEqual([{ version: 7 }])
  },
  'nobody but the owner may call the functions': async (host, plant) => {
    await helper(host, plant).apply()
    const open = await host.query(
      `select p.proname from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where p.pronamespace = $1::regnamespace and a.grantee = 0`,
      [`"${host.schema}"`],
    )
    expect(open).toEqual([])
  },
  'a process at work keeps others out': async (host, plant) => {
    let other: unknown
    await helper(host, {
      ...plant,
      async before(text) {
        if (other !== undefined || !text.startsWith('alter table')) return
        other = 'tried'
        other = await helper(host, plant, 0)
          .apply()
          .catch((error: unknown) => error)
      },
    }).apply()
    expect(other).toMatchObject({ code: 'MIGRATION_LOCKED' })
  },
} as const satisfies Readonly<Record<string, Guard>>

const inText = (from: string | RegExp, to: string): Interference => ({ plant: (text) => text.replaceAll(from, to) })

const bugs: readonly (readonly [string, keyof typeof guards, Interference])[] = [
  [
    'doubles are looked for before the build alone',
    'an event that comes while the index is built goes into the archive too',
    inText(/and e\."message_id" IS NOT NULL\),/g, 'and false),'),
  ],
  [
    'doubles are deleted',
    'every double is in the archive',
    inText('document from gone returning 1)', 'document from gone where false returning 1)'),
  ],
  [
    'an event is taken for a double whatever it is by now',
    'an event that is no double any more when its batch comes stays',
    inText(' and e."conversation_id" = h."conversation_id" and e."message_id" = h."message_id"', ''),
  ],
  ['the last of doubles is kept', 'the first of doubles is kept', inText(/order by e\."id"\) as place/g, 'order by e."id" desc) as place')],
  [
    'everything is dropped',
    'what the host had is not dropped on the way back',
    inText(/select coalesce\(\(.*\) = e'made by[^']*', false\)::text/gs, 'select true::text'),
  ],
  [
    'nobody remembers what is being built',
    'an index that a process built and could not mark goes on the way back',
    inText(/^insert into (\S+) \(id, token\) values/g, 'select 1 from (values ($1::text)) v; --'),
  ],
  ['the functions stay open', 'nobody but the owner may call the functions', inText('revoke all on function', 'grant all on function')],
  [
    'what is refused is gone from the archive',
    'what another unique index refuses by now stays in the archive, and the others come back',
    inText(' and p.id = b.id', ''),
  ],
  [
    'what is refused ends the way back',
    'what another unique index refuses by now stays in the archive, and the others come back',
    inText('on conflict do nothing', ''),
  ],
  ['a lease is anybody’s', 'a process at work keeps others out', inText('where p.holder is null or', 'where true or')],
]

describe('a guard of the locking:', () => {
  test.each(Object.entries(guards))('%s', async (_, run) => run(await open(), {}))
})

describe('a bug that is planted in the locking is found:', () => {
  test.each(bugs)('%s', async (_, guard, plant) => {
    await expect(guards[guard](await open(), plant)).rejects.toThrow()
  })
})

test('the text ends with a notice of what was added, with either setting of the server for strings', async () => {
  for (const setting of ['on', 'off']) {
    const host = await open()
    const pool = scratchPool({ max: 1 })
    const notices: (string | undefined)[] = []
    pool.on('connect', (client) => client.on('notice', ({ message }) => notices.push(message)))
    const text = await lockingSql({ conversations: host.where })
    await pool.query(`set standard_conforming_strings = ${setting}`)
    for (let time = 0; time < 2; time++) await pool.query(text)
    const said = notices.filter((each) => each?.startsWith('conversation-store:'))
    expect(said[0]).toMatch(/^conversation-store: added column version, index idx_unique_event_by_message, .*function acquire_sync_lock/)
    expect(said[1]).toBe('conversation-store: added nothing, because all of it was there')
  }
})
