import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type ConversationStore, createConversationStore } from '../../src/index.js'
import { memory } from '../../src/memory/index.js'
import { acquireSyncLock } from '../../src/sync/index.js'
import { type Circumstances, run as runIn, scratchDirectory } from './run-in-process.js'

/** A source of three pages, which says of the inbox `failing` that it is on another channel than it is. */
const configFile = `
const page = (n) => ({
  conversations: [{ customerId: 'c' + n, updatedAt: null, events: [
    { type: 'message', messageId: 'm' + n, direction: 'inbound', occurredAt: new Date(1_700_000_000_000), text: 'private ' + n },
  ] }],
  cursor: n === 3 ? null : String(n + 1), invalid: [], unreadable: [],
})
const source = (oaId) => ({
  name: 'listed',
  order: 'none',
  ...(oaId === 'failing' && { channel: 'telegram' }),
  async *pages({ cursor }) {
    for (let n = Number(cursor ?? 1); n <= 3; n++) {
      yield page(n)
    }
  },
})
export const config = { syncSource: ({ accountId, oaId }) => accountId === 'acme' ? source(oaId) : null }
`

describe('the command sync', () => {
  let store: ConversationStore
  let directory: string
  const run = (argv: readonly string[], circumstances: Circumstances = {}) => runIn(argv, { store, directory, ...circumstances })
  const json = async (argv: readonly string[], circumstances: Circumstances = {}) => {
    const { exitCode, stdout } = await run([...argv, '--json'], circumstances)
    const { report, error } = JSON.parse(stdout)
    return { exitCode, report, error }
  }
  const inbox = (oaId = 'page') => ['--account=acme', `--inbox=${oaId}`]

  beforeEach(async () => {
    store = createConversationStore({ adapter: memory() })
    await store.migrate()
    directory = await scratchDirectory({ 'conversation-store.config.mjs': configFile })
  })

  test('pulls the history of an inbox, and shows how far it is on stderr', async () => {
    const pulled = await run(['sync', ...inbox()])
    expect(pulled).toMatchObject({ exitCode: 0, closed: 2, tenantIds: [null] })
    expect(pulled.stdout).toMatch(
      /^3 pages with 3 conversations, 3 of them new, 3 new messages, 0 known, in \d+ s\.\nThe history is complete\.\n$/,
    )
    expect(pulled.stderr).toMatch(/^1 page, 1 new message, \d+ a second/)
    expect(pulled.stdout + pulled.stderr).not.toContain('private')
    expect(await store.forAccount('acme').countConversations()).toBe(3)
  })

  test('ends with its budget, says how to go on, and goes on', async () => {
    const first = await run(['sync', ...inbox(), '--budget=0s'])
    expect(first.exitCode).toBe(3)
    const [, session = ''] = /There is more: conversation-store sync --account=acme --inbox=page --resume=(\S+)\n$/.exec(first.stdout) ?? []
    const next = await json(['sync', ...inbox(), `--resume=${session}`, '--budget=0s'])
    expect(next).toMatchObject({
      exitCode: 3,
      report: { accountId: 'acme', oaId: 'page', pages: 1, hasMore: true, resumeSession: session },
    })
    expect(await json(['sync', ...inbox(), `--resume=${session}`])).toMatchObject({
      exitCode: 0,
      report: { pages: 1, created: 1, messages: 1, hasMore: false, resumeSession: null },
    })
    expect(await json(['sync', ...inbox(), `--resume=${session}`])).toMatchObject({
      exitCode: 1,
      error: { code: 'SYNC_SESSION_NOT_FOUND' },
    })
  })

  test('checks the syncs of all accounts, however many there are', async () => {
    const accounts = Array.from({ length: 5_001 }, (_, n) => `account-${10_000 + n}`)
    const last = store.forAccount(accounts.at(-1) ?? '')
    const { sessionId } = await last.beginSync({ oaId: 'page', source: 'list' })
    await last.failSync({ sessionId, error: { code: 'CODE', message: 'why' } })
    const findSyncAccounts = async ({ after = null, limit = 1_000 }: { readonly after?: string | null; readonly limit?: number } = {}) =>
      accounts.filter((accountId) => after === null || accountId > after).slice(0, limit)
    const many: ConversationStore = { ...store, forOperator: () => ({ ...store.forOperator(), findSyncAccounts }) }
    const status = await run(['sync', 'status', '--check'], { store: many })
    expect(status.stdout).toMatch(/^! account-15000 page: the last session failed: why/m)
    expect(status.exitCode).toBe(3)
  })

  test('says how to go on after it failed, and what the status says of it', async () => {
    await store.forAccount('acme').connectInbox({ oaId: 'failing', channel: 'messenger' })
    const failed = await run(['sync', ...inbox('failing')])
    expect(failed.exitCode).toBe(1)
    expect(failed.stderr).toMatch(/gone on with: conversation-store sync --account=acme --inbox=failing --resume=\S+/)
    const status = await run(['sync', 'status', '--check'])
    expect(status.exitCode).toBe(3)
    expect(status.stdout).toMatch(/^acme +failing +failed +1 /m)
    expect(status.stdout).toMatch(/^! acme failing: the last session failed: /m)
    expect((await run(['sync', 'status'])).exitCode).toBe(0)
  })

  test('exits with 4 while another one pulls the inbox', async () => {
    const lock = await acquireSyncLock(store.forAccount('acme'), { oaId: 'page', owner: 'the host' })
    const refused = await json(['sync', ...inbox()])
    expect(refused).toMatchObject({ exitCode: 4, error: { code: 'SYNC_IN_PROGRESS', details: { lockedBy: 'the host' } } })
    await lock.release()
    expect((await run(['sync', ...inbox()])).exitCode).toBe(0)
  })

  test('needs an account, an inbox and a source', async () => {
    const withoutSource = await scratchDirectory()
    for (const [argv, circumstances, what] of [
      [['sync'], {}, '--account'],
      [['sync', '--account=acme'], {}, '--inbox'],
      [['sync', '--account=umbrella', '--inbox=page'], {}, 'syncSource'],
      [['sync', ...inbox()], { directory: withoutSource }, 'SYNC_ACCESS_TOKEN'],
      [['sync', ...inbox(), '--tenant=a,b'], {}, '--tenant'],
    ] as const) {
      const refused = await run(argv, circumstances)
      expect([refused.exitCode, refused.stdout, refused.stderr]).toEqual([2, '', expect.stringContaining(what)])
    }
    expect(await run(['sync', ...inbox(), '--tenant=acme'])).toMatchObject({ exitCode: 0, tenantIds: ['acme'] })
  })

  test('asks the API of Meta with the token of the environment, by the login of the inbox’s channel, and shows it nowhere', async () => {
    const asked: string[] = []
    vi.stubGlobal('fetch', async (input: string | URL, init: RequestInit) => {
      asked.push(`${new URL(String(input)).host} ${new Headers(init.headers).get('authorization')}`)
      return Response.json({ data: [] })
    })
    onTestFinished(() => void vi.unstubAllGlobals())
    const account = store.forAccount('acme')
    await account.connectInbox({ oaId: '17841452691600098', channel: 'instagram' })
    const circumstances = { directory: await scratchDirectory(), env: { SYNC_ACCESS_TOKEN: 'secret-token' } }
    for (const oaId of ['17841452691600098', '104502211834771']) {
      const ran = await run(['sync', ...inbox(oaId)], circumstances)
      expect([ran.exitCode, ran.stdout]).toEqual([0, expect.stringContaining('The history is complete.')])
      expect(JSON.stringify([ran.stdout, ran.stderr, (await run(['sync', 'status', '--json'])).stdout])).not.toContain('secret')
    }
    expect([...new Set(asked)]).toEqual(['graph.instagram.com Bearer secret-token', 'graph.facebook.com Bearer secret-token'])
  })

  test('stops when it is told to, and can be gone on with', async () => {
    const stopped = await run(['sync', ...inbox()], { signal: AbortSignal.abort() })
    expect(stopped.exitCode).toBe(1)
    expect((await run(['sync', ...inbox()])).exitCode).toBe(0)
  })
})

describe('the commands about locks', () => {
  let store: ConversationStore
  let now: Date
  const run = (argv: readonly string[], circumstances: Circumstances = {}) => runIn(argv, { store, ...circumstances })
  const lock = (accountId: string, oaId: string) =>
    acquireSyncLock(store.forAccount(accountId), { oaId, owner: `host \u001b[2J of ${oaId}`, ttlMs: 60_000 })

  beforeEach(async () => {
    now = new Date('2026-01-01T00:00:00Z')
    store = createConversationStore({ adapter: memory(), clock: () => now })
    await store.migrate()
  })

  test('show who pulls which inbox, of one account or of all, and nothing that could rewrite the terminal', async () => {
    expect((await run(['sync', 'locks'])).stdout).toBe('Nobody pulls an inbox.\n')
    await lock('acme', 'page')
    now = new Date(now.getTime() + 90_000)
    await lock('umbrella', 'shop')
    const { stdout } = await run(['sync', 'locks'])
    expect(stdout).toMatch(/^acme +page +EXPIRED +host {2}\[2J of page +2026-01-01T00:00:00\.000Z +2026-01-01T00:01:00\.000Z +90 s$/m)
    expect(stdout).toMatch(/^umbrella +shop +ACTIVE +host {2}\[2J of shop +2026-01-01T00:01:30\.000Z +2026-01-01T00:02:30\.000Z +0 s$/m)
    expect((await run(['sync', 'locks', '--account=umbrella'])).stdout).not.toContain('acme')
    const status = await run(['sync', 'status', '--check'])
    expect(status.exitCode).toBe(3)
    expect(status.stdout).toMatch(/^! acme page: the lock of host {2}\[2J of page ran out at 2026-01-01T00:01:00\.000Z/m)
  })

  test('free what is over, of all accounts, unasked', async () => {
    await lock('acme', 'page')
    now = new Date(now.getTime() + 90_000)
    await lock('umbrella', 'shop')
    expect((await run(['sync', 'unlock', '--expired'])).stdout).toBe('1 lock freed.\n')
    expect((await run(['sync', 'locks'])).stdout).not.toContain('acme')
    expect((await run(['sync', 'locks'])).stdout).toContain('umbrella')
    expect((await run(['sync', 'unlock', '--expired', '--account=acme'])).exitCode).toBe(2)
  })

  test('take the lock of an inbox from its holder, once somebody said yes', async () => {
    const held = await lock('acme', 'page')
    const argv = ['sync', 'unlock', '--account=acme', '--inbox=page']
    expect((await run(argv)).exitCode).toBe(2)
    expect((await run(argv, { answer: 'no' })).exitCode).toBe(1)
    expect((await run(['sync', 'unlock', '--account=umbrella', '--inbox=page', '--yes'])).stdout).toBe('Nobody had the lock of page.\n')
    await held.extend()
    const taken = await run(argv, { answer: 'yes' })
    expect([taken.exitCode, taken.stdout]).toEqual([0, 'The lock of page was taken from host  [2J of page.\n'])
    await expect(held.extend()).rejects.toMatchObject({ code: 'LEASE_LOST' })
    expect((await run([...argv, '--yes'])).stdout).toBe('Nobody had the lock of page.\n')
  })
})
