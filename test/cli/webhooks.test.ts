import { beforeEach, describe, expect, test } from 'vitest'
import { type ConversationStore, createConversationStore } from '../../src/index.js'
import { memory } from '../../src/memory/index.js'
import { run as runIn } from './run-in-process.js'

const claim = { holder: 'host', claimMs: 60_000, retainMs: 86_400_000 }
const page = (oaId: string, mid: string) =>
  JSON.stringify({
    object: 'page',
    entry: [
      {
        id: oaId,
        messaging: [
          {
            sender: { id: 'lan' },
            recipient: { id: oaId },
            timestamp: 1_700_000_000_000,
            message: { mid, text: `text \u001b[2J of ${mid}` },
          },
        ],
      },
    ],
  })

describe('the command on the journal of webhooks', () => {
  let store: ConversationStore
  let ids: Readonly<Record<'acme' | 'umbrella' | 'nobody', string>>
  const run = (...argv: readonly string[]) => runIn(argv, { store })
  const json = async (...argv: readonly string[]) => {
    const { exitCode, stdout } = await run(...argv, '--json')
    return { exitCode, report: JSON.parse(stdout).report }
  }

  beforeEach(async () => {
    store = createConversationStore({ adapter: memory() })
    await store.migrate()
    await store.forAccount('acme').connectInbox({ oaId: 'page', channel: 'messenger' })
    const keep = async (accountId: string | null, oaId: string, outcome: 'failed' | 'ignored' | 'ingested') => {
      const inboxes = accountId === null ? [] : [{ channel: 'messenger', oaId }]
      const kept = { accountId, channel: 'messenger', inboxes, body: page(oaId, `m-${oaId}`), ...claim }
      const { id, token } = await store.forOperator().keepWebhook(kept)
      const report = outcome === 'failed' ? { error: 'UNSUPPORTED' } : { outcome, reason: 'no account has connected the inbox' }
      await store.forOperator().settleWebhook({ accountId, id, token, outcome, report })
      return id
    }
    ids = {
      acme: await keep('acme', 'page', 'failed'),
      umbrella: await keep('umbrella', 'other', 'ingested'),
      nobody: await keep(null, 'unknown', 'ignored'),
    }
  })

  test('lists what is nobody’s, what is an account’s, or everything, and shows no content', async () => {
    const nobodys = await run('webhooks', 'list')
    expect(nobodys).toMatchObject({ exitCode: 0, closed: 2, tenantIds: [null] })
    expect(nobodys.stdout).toContain(ids.nobody)
    expect(nobodys.stdout).toContain('no account has connected the inbox')
    for (const other of [ids.acme, ids.umbrella]) expect(nobodys.stdout).not.toContain(other)
    expect((await run('webhooks', 'list', '--account=acme')).stdout).toMatch(
      new RegExp(`${ids.acme} +acme +messenger +failed +1 +UNSUPPORTED`),
    )
    const all = await json('webhooks', 'list', '--all-accounts')
    expect(all.report.webhooks.map(({ id }: { id: string }) => id).sort()).toEqual(Object.values(ids).sort())
    expect(JSON.stringify(all)).not.toContain('text ')
    expect((await run('webhooks', 'list', '--account=none')).stdout).toBe('There are none.\n')
  })

  test('lists by time, channel, outcome and number', async () => {
    const listed = async (...flags: readonly string[]) =>
      (await json('webhooks', 'list', '--all-accounts', ...flags)).report.webhooks.map(({ accountId }: { accountId: string }) => accountId)
    expect(await listed('--outcome=failed')).toEqual(['acme'])
    expect(await listed('--channel=telegram')).toEqual([])
    expect(await listed('--since=1h')).toHaveLength(3)
    expect(await listed('--since=2100-01-01T00:00:00Z')).toEqual([])
    expect(await listed('--limit=2')).toHaveLength(2)
  })

  test('shows a body with its report to whoever names its account, and nothing that could rewrite the terminal', async () => {
    const shown = await run('webhooks', 'show', ids.acme, '--account=acme')
    expect(shown.exitCode).toBe(0)
    expect(shown.stdout).toContain('of m-page')
    expect(shown.stdout).toContain('UNSUPPORTED')
    expect(shown.stdout).not.toContain('\u001b')
    expect((await json('webhooks', 'show', ids.nobody)).report.webhook.body.entry).toHaveLength(1)
    for (const argv of [
      ['webhooks', 'show', ids.acme],
      ['webhooks', 'show', ids.acme, '--account=umbrella'],
      ['webhooks', 'show'],
    ]) {
      const refused = await run(...argv)
      expect(refused).toMatchObject({ exitCode: 2, stdout: '' })
      expect(refused.stderr).not.toContain('m-page')
    }
  })

  test('reads bodies again after it was told to, and says what became of them', async () => {
    expect(await runIn(['webhooks', 'replay', '--account=acme'], { store })).toMatchObject({ exitCode: 2 })
    expect(await runIn(['webhooks', 'replay', '--account=acme'], { store, answer: 'no' })).toMatchObject({ exitCode: 1 })
    const replayed = await run('webhooks', 'replay', '--account=acme', '--outcome=failed', '--yes')
    expect(replayed).toMatchObject({ exitCode: 0, stdout: '1 body was read again\n' })
    expect(await store.forAccount('acme').countConversations()).toBe(1)
    expect((await json('webhooks', 'list', '--account=acme')).report.webhooks).toMatchObject([{ outcome: 'ingested', attempts: 2 }])
    expect(await json('webhooks', 'replay', 'unknown', '--account=acme', '--yes')).toMatchObject({ exitCode: 5, report: { skipped: 1 } })
    await store.forAccount('umbrella').connectInbox({ oaId: 'unknown', channel: 'messenger' })
    expect(await json('webhooks', 'replay', ids.nobody, '--yes')).toMatchObject({ exitCode: 0, report: { worked: 1 } })
    expect(await store.forAccount('umbrella').countConversations()).toBe(1)
  })

  test('takes one tenant, one kind of scope, and times that say when', async () => {
    expect(await run('webhooks', 'list', '--tenant=acme')).toMatchObject({ exitCode: 0, tenantIds: ['acme'] })
    for (const flags of [
      ['--tenant=a,b'],
      ['--account=a', '--all-accounts'],
      ['--since=yesterday'],
      ['--since=2026-05-02'],
      ['--outcome=lost'],
    ])
      expect(await run('webhooks', 'list', ...flags)).toMatchObject({ exitCode: 2, stdout: '' })
  })
})
