import { describe, expect, test } from 'vitest'
import { closedHosts } from '../adoption/closed-host.js'
import { hosts } from '../adoption/hosts.js'
import type { LegacyHost } from '../adoption/legacy-host.js'
import { sharedPglite } from '../postgres/scratch-schema.js'
import { type Circumstances, run, scratchDirectory } from './run-in-process.js'

const row = { oaId: 'page', customerId: 'x', status: 'open' }

async function fill(host: LegacyHost): Promise<void> {
  await host.addIntegrations([{ oaId: 'page', accountId: 'acme' }])
  await host.addConversations([
    { id: 'c1', ...row },
    { id: 'c2', ...row },
    { id: 'c3', ...row, customerId: 'y' },
    { id: 'c4', ...row, oaId: 'gone' },
  ])
  await host.addMessages([{ id: 'm1', conversationId: 'c1', messageId: 'a' }])
}

const config = `export const config = { adoption: { conversations: { status: 'status' }, counters: { messages: 'message_count' } } }`

describe.each(hosts.filter(([name]) => name !== 'PostgreSQL'))('the command adopt on %s', (name, open) => {
  const begun = async () => {
    const host = await open()
    await fill(host)
    const directory = await scratchDirectory({ 'conversation-store.config.mjs': config })
    const hostDatabase = () => ({ db: host.db, schema: host.where.schema ?? null, databaseNamed: null })
    const adopt = (words: string, more: Partial<Circumstances> = {}) =>
      run(['adopt', ...words.split(' ')], { directory, hostDatabase, ...more })
    const json = async (words: string) => {
      const { exitCode, stdout } = await adopt(`${words} --json`)
      return { exitCode, report: JSON.parse(stdout).report }
    }
    return { host, adopt, json }
  }
  const isMongo = name === 'MongoDB'

  test('only plans without --apply, and goes the whole way with it', async () => {
    const { host, adopt, json } = await begun()
    const before = await host.conversations()
    for (const words of ['accounts', 'swap-index', 'merge-duplicates']) {
      const planned = await adopt(words)
      expect(planned).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Nothing was changed. Run again with --apply.') })
      expect(planned.stdout).toMatch(isMongo ? /mongodump .*--out=backup_\d{8}_\d{6}$/m : /pg_dump .*--file=backup_\d{8}_\d{6}\.dump/m)
    }
    expect(await host.conversations()).toEqual(before)
    expect(await json('verify')).toMatchObject({ exitCode: 3, report: { ok: false, missing: 4 } })

    const accounts = await adopt('accounts --apply --orphans=quarantine')
    expect(accounts).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('3 updated, 0 assigned, 1 quarantined') })
    expect(accounts.stderr).toContain('Updated conversation c1 with accountId: acme')
    expect(await json('swap-index --apply')).toMatchObject({ exitCode: 3, report: { verified: { state: 'guarded' } } })
    expect(await json('merge-duplicates --apply')).toMatchObject({ exitCode: 0, report: { applied: { losers: 1, movedMessages: 1 } } })
    expect(await json('swap-index --apply')).toMatchObject({ exitCode: 0, report: { verified: { ok: true } } })
    expect(await adopt('verify')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Accounts are walls.') })
    expect((await host.conversations()).map(({ id, messageCount }) => [id, messageCount])).toEqual([
      ['c2', 1],
      ['c3', null],
    ])
  })

  test('swaps the index that is named for one of another name, and goes back', async () => {
    const { host, adopt, json } = await begun()
    await adopt('accounts --apply --orphans=quarantine')
    await adopt('merge-duplicates --apply')
    // It has another column more than those that are found by themselves.
    const isNamed = async (name: string) => JSON.stringify(await host.indexes()).includes(name)
    const { db } = host
    if ('command' in db) {
      const index = { key: { oa_id: 1, status: 1, customer_id: 1 }, name: 'one_each', unique: true }
      await db.command({ createIndexes: 'conversations', indexes: [index] })
    } else await sharedPglite().query(`create unique index one_each on "${host.name}".conversations (oa_id, status, customer_id)`)
    const flags = '--old-index=one_each --new-index=one_active'
    expect(await adopt('swap-index --new-index=one_active')).toMatchObject({ stdout: expect.not.stringContaining('one_each') })
    expect(await adopt(`swap-index ${flags}`)).toMatchObject({ stdout: expect.stringContaining('one_active: absent\n') })
    const swapped = await json(`swap-index ${flags} --apply`)
    expect(swapped).toMatchObject({ exitCode: 0, report: { plan: { old: ['one_each'] }, verified: { ok: true, name: 'one_active' } } })
    expect([await isNamed('one_each'), await isNamed('one_active')]).toEqual([false, true])
    expect(await adopt('verify')).toMatchObject({ exitCode: 3 })
    expect(await adopt(`verify ${flags}`)).toMatchObject({ exitCode: 0 })
    expect(await adopt(`swap-index ${flags} --undo --yes`)).toMatchObject({ stdout: expect.stringContaining('one_active: absent\n') })
    expect([await isNamed('one_each'), await isNamed('one_active')]).toEqual([true, false])
    const help = await adopt('swap-index --help')
    for (const flag of ['--old-index=name', '--new-index=name']) expect(help.stdout).toContain(flag)
  })

  test('tells how far it is, at what rate and for how long, and has the same parts with --json', async () => {
    const { host, adopt, json } = await begun()
    await host.addConversations(['c5', 'c6'].map((id) => ({ id, ...row, customerId: 'z' })))
    const figures = (done: number, of: number) =>
      new RegExp(`\\] +${done} of ${of} \\(\\d+ %\\), [\\d.]+ a second, \\d+ s left  doubles of`)
    expect((await adopt('accounts --apply')).stderr).toMatch(/\[#{20}\] {2}6 of 6 \(100 %\), 0 s left {2}accounts of conversations\n/)
    const guarded = await json('swap-index --apply')
    expect((await adopt('merge-duplicates --apply')).stderr).toMatch(figures(1, 2))
    const parts = ['plan', 'applied', 'verified']
    for (const words of ['accounts', 'merge-duplicates', 'swap-index'])
      expect(Object.keys((await json(`${words} --apply`)).report)).toEqual(parts)
    expect(guarded.report).toMatchObject({ applied: { state: 'guarded' }, verified: { state: 'guarded' } })
  })

  test('goes back with --undo, when somebody says yes', async () => {
    const { host, adopt } = await begun()
    const before = (await host.conversations()).map(({ id }) => id)
    await adopt('accounts --apply --orphans=quarantine')
    await adopt('merge-duplicates --apply')
    expect((await host.conversations()).map(({ id }) => id)).toEqual(['c2', 'c3'])
    expect(await adopt('merge-duplicates --undo')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--yes') })
    expect(await adopt('merge-duplicates --undo', { answer: 'no' })).toMatchObject({ exitCode: 1 })
    expect(await adopt('merge-duplicates --undo --yes')).toMatchObject({ stdout: '1 conversation brought back, 1 message moved back.\n' })
    expect(await adopt('accounts --undo --yes')).toMatchObject({ stdout: '1 conversation moved back.\n' })
    expect((await host.conversations()).map(({ id }) => id)).toEqual(before)
  })
})

test('adopt allow-closed plans, prints the change of schema.prisma, applies it and goes back', async () => {
  const [, open] = closedHosts[1] ?? []
  const host = await open?.()
  if (host === undefined) throw new Error('there is no PGlite')
  const directory = await scratchDirectory()
  const asked = await scratchDirectory({ 'conversation-store.config.mjs': 'export const config = { adoption: {} }' })
  const hostDatabase = () => ({ db: host.db, schema: host.schema, databaseNamed: null })
  const adopt = (words: string) => run(['adopt', 'allow-closed', ...words.split(' ').filter(Boolean)], { directory, hostDatabase })
  const planned = await adopt('--prisma=6')
  expect(planned).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Nothing was changed. Run again with --apply.') })
  expect(planned.stdout).toContain('- @@unique([pageConnectionId, psid])\n')
  expect(planned.stdout).toContain('+ @@index([widgetConfigId, psid, status])\n')
  expect(planned.stdout).not.toContain('raw(')
  const applied = await adopt('--enforce=key-column --apply')
  expect(applied).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('pageConnectionId: unique') })
  expect(applied.stdout).toContain('+ activeKey Boolean?\n')
  await host.add({ id: 'c1', status: 'CLOSED' }, { id: 'c2' })
  const doctor = () => run(['doctor'], { directory: asked, hostDatabase })
  expect(await doctor()).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/doubles in conversations +ok/) })
  await host.query(`alter table "${host.schema}".conversations drop column "activeKey"`)
  expect(await doctor()).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining('conversations_pageConnectionId_psid_activeKey_key is missing'),
  })
  await adopt('--enforce=key-column --apply')
  expect(await adopt('--undo --yes')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('DUPLICATE_KEYS') })
  await host.query(`delete from "${host.schema}".conversations`)
  expect(await adopt('--undo --yes')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('pageConnectionId: absent') })
})

test.each([...hosts.slice(0, 1), ...hosts.slice(2)])('doctor says on %s what was dropped that keeps doubles out', async (_, open) => {
  const host = await open()
  const directory = await scratchDirectory({ 'conversation-store.config.mjs': config })
  const hostDatabase = () => ({ db: host.db, schema: host.where.schema ?? null, databaseNamed: null })
  const doctor = () => run(['doctor'], { directory, hostDatabase })
  expect(await doctor()).toMatchObject({ exitCode: 0, stdout: expect.not.stringContaining('doubles in') })
  await run(['adopt', 'swap-index', '--apply'], { directory, hostDatabase })
  expect((await doctor()).stdout).toMatch(/doubles in conversations +ok +no second active conversation can come/)
  await host.dropActiveIndex()
  expect(await doctor()).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/doubles in conversations +problem .*was dropped since/),
  })
})

test('doctor asks the tenant that is named, on a platform', async () => {
  const host = await hosts[0]?.[1]()
  if (host === undefined) throw new Error('there is no host')
  const directory = await scratchDirectory({
    'conversation-store.config.mjs': `export const config = { publicDatabase: 'chat', adoption: { conversations: { status: 'status' } } }`,
  })
  const hostDatabase = () => ({ db: host.db, schema: null, databaseNamed: null })
  await run(['adopt', 'swap-index', '--apply', '--tenant=t1'], { directory, hostDatabase })
  const ran = await run(['doctor', '--tenant=t1'], { directory, hostDatabase })
  expect(ran).toMatchObject({ exitCode: 0, tenantIds: ['t1'], stdout: expect.stringMatching(/doubles in conversations +ok/) })
  expect(await run(['doctor'], { directory, hostDatabase })).toMatchObject({ exitCode: 0, tenantIds: [null] })
  // One that is named is asked, whether its tables have other names or not.
  expect(await run(['doctor', '--tenant=t1'], { hostDatabase })).toMatchObject({ exitCode: 0, tenantIds: ['t1'] })
  expect(await run(['doctor', '--tenant=a,b'])).toMatchObject({ exitCode: 2, tenantIds: [] })
})

test('doctor tells of a table that was renamed since doubles were kept out of it', async () => {
  const host = await closedHosts[1]?.[1]()
  if (host === undefined) throw new Error('there is no host')
  const directory = await scratchDirectory({ 'conversation-store.config.mjs': `export const config = { engine: 'postgres' }` })
  const env = { DATABASE_URL: 'postgres://db.test/chat' }
  const hostDatabase = () => ({ db: host.db, schema: host.schema, databaseNamed: null })
  await run(['adopt', 'allow-closed', '--apply'], { directory, env, hostDatabase })
  await host.query(`alter table "${host.schema}".conversations rename to chats`)
  expect(await run(['doctor'], { directory, env, hostDatabase })).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/doubles in conversations +problem +.*its table is another one now/),
  })
})

test.each([
  ['accounts --orphans=delete --archive=f', /--confirm must be DELETE/],
  ['accounts --orphans=delete --confirm=DELETE', /--archive is needed/],
  ['accounts --orphans=assign', /--assign is needed/],
  ['accounts --assign=acme', /--assign is for --orphans=assign/],
  ['accounts --tenant=a,b', /--tenant must be one tenant/],
])('adopt %s is refused before a database is opened', async (words, line) => {
  expect(await run(['adopt', ...words.split(' ')])).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(line) })
})
