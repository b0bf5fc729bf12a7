import { describe, expect, test } from 'vitest'
import { type AdoptionLogger, type EnsureReadyOptions, ensureReady, type ReadyReport, swapUniqueIndex } from '../../src/adoption/index.js'
import { createConversationStore } from '../../src/index.js'
import { postgres } from '../../src/postgres/index.js'
import { newSchemaName } from '../postgres/scratch-schema.js'
import { closedHosts } from './closed-host.js'
import { hosts } from './hosts.js'
import type { LegacyHost } from './legacy-host.js'
import { postgresHost } from './postgres-host.js'

interface Recorded extends AdoptionLogger {
  readonly lines: (readonly [level: string, line: string])[]
}

function recorded(onLine: (line: string) => void = () => undefined): Recorded {
  const lines: (readonly [string, string])[] = []
  const note = (level: string) => (line: string) => {
    lines.push([level, line])
    onLine(line)
  }
  return { lines, debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') }
}

const row = { oaId: 'page', customerId: 'x', status: 'open' }

async function begun(open: () => Promise<LegacyHost>) {
  const host = await open()
  await host.addIntegrations([{ oaId: 'page', accountId: 'acme' }])
  await host.addConversations([
    { id: 'c1', ...row },
    { id: 'c2', ...row, customerId: 'y' },
  ])
  await host.addOldIndex()
  const conversations = { ...host.where, status: 'status' }
  const options: EnsureReadyOptions = { db: host.db, conversations, backfill: {}, indexes: {} }
  return { host, options }
}

const states = ({ parts }: ReadyReport) => Object.fromEntries(parts.map(({ part, state }) => [part, state]))

describe.each(hosts)('ensureReady on %s', (_, open) => {
  test('checks alone, and tells what is missing in one line with the command, at each start', async () => {
    const { host, options } = await begun(open)
    const before = await host.conversations()
    for (const logger of [recorded(), recorded()]) {
      const report = await ensureReady(null, { ...options, logger })
      expect(report.ready).toBe(false)
      expect(states(report)).toEqual({ backfill: 'pending', indexes: 'pending' })
      expect(logger.lines).toEqual([
        [
          'warn',
          expect.stringMatching(
            /^The database is not ready: 2 conversation\(s\) have no account, .*The unique index .* is missing\..* Run: npx conversation-store adopt accounts --apply && npx conversation-store adopt swap-index --apply$/,
          ),
        ],
      ])
    }
    expect(await host.conversations()).toEqual(before)
  })

  test('does what is missing, and then says that it is ready', async () => {
    const { host, options } = await begun(open)
    const logger = recorded()
    expect(states(await ensureReady(null, { ...options, mode: 'run', logger }))).toEqual({ backfill: 'done', indexes: 'done' })
    expect(logger.lines.at(-1)).toEqual(['info', 'The database is ready. Done: backfill, indexes.'])
    expect((await host.conversations()).map(({ accountId }) => accountId)).toEqual(['acme', 'acme'])
    await expect(host.addConversations([{ id: 'c3', ...row, accountId: 'acme' }])).rejects.toThrow(/duplicate key/)
    const again = recorded()
    const report = await ensureReady(null, { ...options, mode: 'run', logger: again })
    expect({ ready: report.ready, ...states(report) }).toEqual({ ready: true, backfill: 'ready', indexes: 'ready' })
    expect(again.lines).toEqual([['debug', 'The database is ready.']])
  })

  test('waits until another has done it', async () => {
    const { options } = await begun(open)
    let other: Promise<ReadyReport> | null = null
    const logger = recorded((line) => {
      if (line.startsWith('waiting')) other = ensureReady(null, { ...options, mode: 'run', logger: recorded() })
    })
    expect(states(await ensureReady(null, { ...options, mode: 'wait', logger }))).toEqual({ backfill: 'ready', indexes: 'ready' })
    expect(await other).toMatchObject({ ready: true })
  })

  test('waits no longer than it may, and ends when it is told to', async () => {
    const { options } = await begun(open)
    const logger = recorded()
    expect(await ensureReady(null, { ...options, mode: 'wait', waitMs: 0, logger })).toMatchObject({ ready: false })
    expect(logger.lines.map(([level]) => level)).toEqual(['info', 'warn'])
    const stop = new AbortController()
    const stopping = recorded(() => stop.abort())
    await expect(ensureReady(null, { ...options, mode: 'wait', logger: stopping, signal: stop.signal })).rejects.toMatchObject({
      code: 'ABORTED',
    })
  })

  test('tells of doubles in the way of the index, lets no more come, and does not throw', async () => {
    const host = await open()
    await host.addConversations([
      { id: 'c1', ...row, accountId: 'acme' },
      { id: 'c2', ...row, accountId: 'acme' },
    ])
    const logger = recorded()
    const options = { db: host.db, conversations: { ...host.where, status: 'status' }, indexes: {}, logger }
    expect(await ensureReady(null, { ...options, mode: 'run' })).toMatchObject({
      ready: false,
      parts: [{ part: 'indexes', state: 'pending' }],
    })
    expect(logger.lines.at(-1)).toEqual(['warn', expect.stringMatching(/2 conversations share 1 key\(s\)/)])
    await expect(host.addConversations([{ id: 'c3', ...row, accountId: 'acme' }])).rejects.toThrow(/duplicate key/)
  })

  test('tells of another process that is at work for longer than it may wait', async () => {
    const { options } = await begun(open)
    let inner: ReadyReport | null = null
    await ensureReady(null, {
      ...options,
      mode: 'run',
      holder: 'pod 1',
      logger: recorded(),
      async onProgress() {
        inner ??= await ensureReady(null, { ...options, mode: 'run', lockWaitMs: 0, logger: recorded() })
      },
    })
    expect(inner).toMatchObject({ ready: false, parts: [{ state: 'ready' }, { state: 'failed', error: { code: 'MIGRATION_LOCKED' } }] })
  })
})

test('20 pods that start at once do it once', { timeout: 120_000 }, async () => {
  for (const [name, open] of hosts) {
    const { host, options } = await begun(open)
    const logger = recorded()
    const reports = await Promise.all(Array.from({ length: 20 }, () => ensureReady(null, { ...options, mode: 'run', logger })))
    expect(
      reports.every(({ ready }) => ready),
      name,
    ).toBe(true)
    for (const part of ['backfill', 'indexes'] as const)
      expect(
        reports.filter((report) => states(report)[part] === 'done'),
        `${name}: ${part}`,
      ).toHaveLength(1)
    expect(logger.lines.filter(([, line]) => line.startsWith('Updated conversation'))).toHaveLength(2)
    expect((await host.conversations()).map(({ accountId }) => accountId)).toEqual(['acme', 'acme'])
  }
})

test('the command that is told makes the index that is meant', async () => {
  const host = await postgresHost()
  const options = { db: host.db, conversations: { ...host.where, status: 'status' }, logger: recorded() }
  for (const [indexes, flag] of [
    [{ over: 'all' }, ' --over=all'],
    [{ over: 'active' }, ''],
    [{ oldIndex: 'one_each', newIndex: "it's new" }, ` --old-index=one_each --new-index='it'\\''s new'`],
  ] as const)
    expect(await ensureReady(null, { ...options, indexes })).toMatchObject({
      parts: [{ command: `npx conversation-store adopt swap-index${flag} --apply` }],
    })
})

test('another index under the name is told, and neither dropped nor thrown', async () => {
  const host = await postgresHost()
  await host.query(`create index taken on "${host.schema}".conversations (customer_id)`)
  const logger = recorded()
  const report = await ensureReady(null, {
    db: host.db,
    conversations: { ...host.where, status: 'status' },
    indexes: { newIndex: 'taken' },
    mode: 'run',
    logger,
  })
  expect(report).toMatchObject({ ready: false, parts: [{ state: 'failed', error: { code: 'INDEX_CONFLICT' } }] })
  expect(logger.lines.at(-1)).toEqual([
    'error',
    expect.stringContaining('Run: npx conversation-store adopt swap-index --new-index=taken --apply'),
  ])
})

test.each(closedHosts)(
  'says on %s at each start that an ORM dropped the partial index or the trigger, and makes it again',
  async (_, open) => {
    for (const enforce of ['index', 'key-column'] as const) {
      const host = await open()
      const options: EnsureReadyOptions = {
        db: host.db,
        conversations: { schema: host.schema },
        allowClosed: { enforce },
        logger: recorded(),
      }
      expect(states(await ensureReady(null, { ...options, mode: 'run' }))).toEqual({ allowClosed: 'done' })
      expect(states(await ensureReady(null, options))).toEqual({ allowClosed: 'ready' })
      if (enforce === 'index') await host.query(`drop index "${host.schema}"."conversations_pageConnectionId_psid_active_key"`)
      else await host.query(`drop function "${host.schema}".conversation_store_active_key_conversations cascade`)
      for (const logger of [recorded(), recorded()]) {
        expect(states(await ensureReady(null, { ...options, logger }))).toEqual({ allowClosed: 'pending' })
        expect(logger.lines).toEqual([
          [
            'warn',
            expect.stringMatching(
              /stood on \d{4}-\d\d-\d\d and was dropped since, as an ORM does .* is missing\. Run: npx .* adopt allow-closed/,
            ),
          ],
        ])
      }
      expect(states(await ensureReady(null, { ...options, mode: 'run' }))).toEqual({ allowClosed: 'done' })
    }
  },
)

test("looks at the store's schema too, and migrates it with run alone", async () => {
  const host = await postgresHost()
  const schema = newSchemaName()
  const store = createConversationStore({ adapter: postgres({ pool: host.pool, schema }) })
  const logger = recorded()
  expect(await ensureReady(store, { logger })).toMatchObject({ ready: false, parts: [{ part: 'schema', state: 'pending' }] })
  expect(logger.lines).toEqual([
    [
      'warn',
      expect.stringMatching(
        /^The database is not ready: The schema of the store is not up to date: .* Run: npx conversation-store migrate$/,
      ),
    ],
  ])
  expect(states(await ensureReady(store, { mode: 'run', logger }))).toEqual({ schema: 'done' })
  expect(states(await ensureReady(store, { logger }))).toEqual({ schema: 'ready' })
  await host.query(`drop schema "${schema}" cascade`)
})

test('needs a database for parts of the host, and says what it does not do on MongoDB', async () => {
  await expect(ensureReady(null, { indexes: {} })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
  const [, open] = hosts[0] ?? []
  const host = await open?.()
  const logger = recorded()
  if (host !== undefined)
    expect(await ensureReady(null, { db: host.db, allowClosed: {}, logger })).toMatchObject({ parts: [{ state: 'failed' }] })
  expect(logger.lines).toEqual([['error', expect.stringContaining('UNSUPPORTED')]])
})

test('a guard that was reverted is missed no more', async () => {
  for (const [, open] of hosts) {
    const { host, options } = await begun(open)
    const swap = swapUniqueIndex({ db: host.db, conversations: { ...host.where, status: 'status' } })
    await swap.apply()
    await swap.revert()
    const logger = recorded()
    expect(states(await ensureReady(null, { ...options, logger }))).toMatchObject({ indexes: 'pending' })
    expect(logger.lines.join()).not.toContain('was dropped since')
  }
})
