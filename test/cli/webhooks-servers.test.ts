import { describe, expect, test } from 'vitest'
import { createWebhookHandler, messenger } from '../../src/webhooks/index.js'
import { isServerAbsent } from '../contract/server.js'
import { appSecret, signedPost } from '../webhooks/handler/signed-post.js'
import { hostProject } from './host-project.js'
import { tenantStore } from './tenant-store.js'

const text = 'Xin chào from a customer'

describe.each([
  ['mongo', isServerAbsent('mongoReplicaSet')],
  ['postgres', isServerAbsent('postgres')],
] as const)('the journal of a tenant on %s', (engine, isAbsent) => {
  test.skipIf(isAbsent)('is listed, shown and read again by the command', async () => {
    const host = await hostProject(engine)
    const store = await tenantStore(engine, host)
    await store.migrate()
    const account = store.forAccount('acme')
    const handle = createWebhookHandler({ store, channel: messenger, secrets: appSecret, journal: { retainDays: 7 }, budgetMs: 10_000 })
    const messaging = [{ sender: { id: 'lan' }, recipient: { id: 'page' }, timestamp: 1_700_000_000_000, message: { mid: 'm1', text } }]
    const answered = await handle(signedPost(JSON.stringify({ object: 'page', entry: [{ id: 'page', messaging }] })))
    expect(answered.status).toBe(200)

    const listed = await host.json(['webhooks', 'list', '--tenant=acme'])
    expect(listed).toMatchObject({
      exitCode: 0,
      document: { command: 'webhooks list', report: { webhooks: [{ accountId: null, outcome: 'ignored' }] } },
    })
    const [{ id }] = listed.document.report.webhooks
    const shown = await host.run(['webhooks', 'show', id, '--tenant=acme'])
    expect([shown.exitCode, shown.stdout.includes(text)]).toEqual([0, true])

    await account.connectInbox({ oaId: 'page', channel: 'messenger' })
    const replayed = await host.json([
      'webhooks',
      'replay',
      '--tenant=acme',
      '--since=1h',
      '--channel=messenger',
      '--outcome=ignored',
      '--yes',
    ])
    expect(replayed).toMatchObject({ exitCode: 0, document: { report: { worked: 1, failed: 0, skipped: 0 } } })
    const conversation = await account.findByOaAndCustomer({ oaId: 'page', customerId: 'lan' })
    expect(conversation).toMatchObject({ unreadCount: 1, lastMessagePreview: text })
    expect((await host.run(['webhooks', 'list', '--tenant=acme', '--outcome=ignored'])).stdout).toBe('There are none.\n')
    expect((await host.run(['webhooks', 'list', '--tenant=nobody'])).exitCode).toBe(2)
  })
})
