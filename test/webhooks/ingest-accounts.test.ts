import { beforeEach, describe, expect, test } from 'vitest'
import { ConversationStoreError } from '../../src/model/errors.js'
import { ingestWebhook, type WebhookStore } from '../../src/webhooks/index.js'
import { body, lan, noon, page, text } from './bodies.js'
import { type ConnectedHost, connectedHost } from './connected-host.js'

const otherPage = '189538289069256'

let host: ConnectedHost
beforeEach(async () => {
  host = await connectedHost()
})

describe('accounts', () => {
  test('get what comes for their own pages, also from one body and one customer id', async () => {
    await host.store.forAccount('other').connectInbox({ oaId: otherPage, channel: 'messenger' })
    const first = { id: page, time: noon, messaging: [text('m_1')] }
    const second = { id: otherPage, time: noon, messaging: [text('m_1', { oaId: otherPage })] }
    const report = await host.ingest({ object: 'page', entry: [first, second, first] })
    expect(report).toMatchObject({
      stored: 2,
      duplicates: 1,
      conversations: [
        { accountId: 'acme', oaId: page, customerId: lan },
        { accountId: 'other', oaId: otherPage, customerId: lan },
      ],
    })
    expect(await host.acme.countConversations()).toBe(1)
    expect(await host.store.forAccount('other').countConversations()).toBe(1)
    expect(await host.acme.findByOaAndCustomer({ oaId: otherPage, customerId: lan })).toBeNull()
  })

  test('whose page nobody has connected are told, and nothing is stored', async () => {
    const report = await host.ingest(body(text('m_1')))
    expect(report.outcome).toBe('ingested')
    await host.acme.disconnectInbox({ oaId: page })
    const before = await host.everything()
    expect(await host.ingest(body(text('m_2')))).toMatchObject({ outcome: 'ignored', stored: 0, unknownInboxes: [page], conversations: [] })
    expect(await host.everything()).toEqual(before)
  })

  test('are looked up once for each page of a body', async () => {
    const asked: string[] = []
    const counting: WebhookStore = {
      forAccount: (accountId) => host.store.forAccount(accountId),
      findInboxOwner: (input) => {
        asked.push(input.oaId)
        return host.store.findInboxOwner(input)
      },
    }
    const unknown = { id: otherPage, time: noon, messaging: [text('m_3', { oaId: otherPage }), text('m_4', { oaId: otherPage })] }
    const { object, entry } = body(text('m_1'), text('m_2'))
    const report = await ingestWebhook(counting, 'messenger', { object, entry: [...entry, unknown, ...entry] })
    expect(report).toMatchObject({ outcome: 'partial', stored: 2, duplicates: 2, unknownInboxes: [otherPage] })
    expect(asked).toEqual([page, otherPage])
  })

  test('do not wait for one whose writes fail, and the failure is thrown so that the channel sends again', async () => {
    await host.store.forAccount('other').connectInbox({ oaId: otherPage, channel: 'messenger' })
    const contention = new ConversationStoreError('CONTENTION', { attempts: 5 })
    const failing: WebhookStore = {
      findInboxOwner: (input) => host.store.findInboxOwner(input),
      forAccount: (accountId) =>
        accountId === 'acme'
          ? { ...host.acme, bulkUpsertConversationsWithEvents: () => Promise.reject(contention) }
          : host.store.forAccount(accountId),
    }
    const { object, entry } = body(text('m_1'))
    const given = { object, entry: [...entry, { id: otherPage, time: noon, messaging: [text('m_1', { oaId: otherPage })] }] }
    await expect(ingestWebhook(failing, 'messenger', given)).rejects.toBe(contention)
    expect(await host.store.forAccount('other').countConversations()).toBe(1)
    expect(await host.ingest(given)).toMatchObject({ stored: 1, duplicates: 1 })
  })

  test('get a failure of one item thrown too, when sending again can help', async () => {
    const unknown = new ConversationStoreError('COMMIT_OUTCOME_UNKNOWN', { operationId: 'o' })
    const failing: WebhookStore = {
      findInboxOwner: (input) => host.store.findInboxOwner(input),
      forAccount: () => ({ ...host.acme, bulkUpsertConversationsWithEvents: () => Promise.resolve([{ ok: false, error: unknown }]) }),
    }
    await expect(ingestWebhook(failing, 'messenger', body(text('m_1')))).rejects.toBe(unknown)
  })
})
