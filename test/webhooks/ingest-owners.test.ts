import { beforeEach, describe, expect, test } from 'vitest'
import { interceptedAdapter } from '../../src/contract/intercepted-adapter.js'
import { type ConversationStore, createConversationStore } from '../../src/index.js'
import { memory } from '../../src/memory/index.js'
import { ConversationStoreError } from '../../src/model/errors.js'
import { ingestEvent, ingestWebhook, messenger, type NamedInbox } from '../../src/webhooks/index.js'
import { body, lan, noon, page, text } from './bodies.js'
import { heardLogger } from './handler/signed-post.js'

const other = '207118822910042'
const twoPages = {
  object: 'page',
  entry: [
    ...body(text('m_1'), text('m_2')).entry,
    { id: other, time: noon, messaging: [text('m_3', { oaId: other }), text('m_4', { oaId: other })] },
  ],
}

let store: ConversationStore
beforeEach(async () => {
  store = createConversationStore({ adapter: memory() })
  await store.migrate()
})

const stored = async (accountId: string) =>
  (await store.forAccount(accountId).listConversations({})).items.map(({ oaId, lastSeq }) => [oaId, lastSeq])

describe('whose a body is', () => {
  test('the host may say itself, once for each inbox', async () => {
    const asked: NamedInbox[] = []
    const ownerOf = (inbox: NamedInbox) => {
      asked.push(inbox)
      return inbox.oaId === page ? 'acme' : null
    }
    const report = await ingestWebhook(store, messenger, twoPages, { ownerOf })
    expect(report).toMatchObject({ outcome: 'partial', stored: 2, unknownInboxes: [other] })
    expect(asked).toEqual([page, other].map((oaId) => ({ channel: 'messenger', oaId })))
    expect(await stored('acme')).toEqual([[page, 2]])
  })

  test('is told to the host where nobody has the inbox, once for each, and what that throws changes nothing', async () => {
    await store.forAccount('acme').connectInbox({ oaId: page, channel: 'messenger' })
    const unknown: NamedInbox[] = []
    const { lines, logger } = heardLogger()
    const unknownInbox = async (inbox: NamedInbox) => {
      unknown.push(inbox)
      throw new Error('the host’s own')
    }
    const report = await ingestWebhook(store, messenger, twoPages, { unknownInbox, logger })
    expect(report).toMatchObject({ stored: 2, unknownInboxes: [other] })
    expect(unknown).toEqual([{ channel: 'messenger', oaId: other }])
    expect(lines.filter((line) => line.includes('failed'))).toEqual([expect.stringContaining('unknownInbox failed')])
    expect(await stored('acme')).toEqual([[page, 2]])
  })

  test('gives conversations of an inbox that was never connected their channel, and their reply window', async () => {
    const ownerOf = () => 'acme'
    await ingestWebhook(store, messenger, twoPages, { ownerOf })
    const conversation = await store.forAccount('acme').findByOaAndCustomer({ oaId: page, customerId: lan })
    expect(conversation).toMatchObject({ channel: 'messenger', windowExpiresAt: new Date(noon + 24 * 60 * 60_000) })
  })

  test('leaves a customer the word that the host has for the channel', async () => {
    const acme = store.forAccount('acme')
    await acme.upsertConversation({ oaId: page, customerId: lan, channel: 'facebook' })
    const report = await ingestWebhook(store, messenger, twoPages, { ownerOf: () => 'acme' })
    expect(report).toMatchObject({ outcome: 'ingested', stored: 4 })
    expect(await acme.findByOaAndCustomer({ oaId: page, customerId: lan })).toMatchObject({ channel: 'facebook', lastSeq: 2 })
    expect(await acme.findByOaAndCustomer({ oaId: other, customerId: lan })).toMatchObject({ channel: 'messenger', lastSeq: 2 })
  })

  test('writes nothing when the host can not say it', async () => {
    const ownerOf = () => Promise.reject(new Error('away'))
    await expect(ingestWebhook(store, messenger, twoPages, { ownerOf })).rejects.toThrow('away')
    expect(await stored('acme')).toEqual([])
  })
})

describe('whose an inbox is', () => {
  const hello = (mid: string) => body(text(mid))

  test('is asked once for all bodies that come in one moment, and anew for those that come later', async () => {
    let asked = 0
    const adapter = interceptedAdapter(memory(), ({ name, send }) => {
      if (name === 'findInboxOwner') asked += 1
      return send()
    })
    const counted = createConversationStore({ adapter })
    await counted.migrate()
    const [acme, umbrella] = [counted.forAccount('acme'), counted.forAccount('umbrella')]
    await acme.connectInbox({ oaId: page, channel: 'messenger' })
    const atOnce = ['m_1', 'm_2', 'm_3'].map((mid) => ingestWebhook(counted, messenger, hello(mid)))
    expect((await Promise.all(atOnce)).map(({ stored: count }) => count)).toEqual([1, 1, 1])
    expect(asked).toBe(1)
    await acme.disconnectInbox({ oaId: page })
    await umbrella.connectInbox({ oaId: page, channel: 'messenger' })
    expect(await ingestWebhook(counted, messenger, hello('m_4'))).toMatchObject({ stored: 1 })
    expect(asked).toBe(2)
    expect(await umbrella.findByOaAndCustomer({ oaId: page, customerId: lan })).toMatchObject({ lastSeq: 1 })
  })

  test('is asked anew after a question that failed', async () => {
    let isAway = true
    const away = new ConversationStoreError('UNAVAILABLE', { attempts: 1 })
    const adapter = interceptedAdapter(memory(), ({ name, send }) => {
      return isAway && name === 'findInboxOwner' ? Promise.reject(away) : send()
    })
    const broken = createConversationStore({ adapter, retry: { attempts: 1 } })
    await broken.migrate()
    await broken.forAccount('acme').connectInbox({ oaId: page, channel: 'messenger' })
    const atOnce = ['m_1', 'm_2'].map((mid) => ingestWebhook(broken, messenger, hello(mid)))
    expect((await Promise.allSettled(atOnce)).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    isAway = false
    expect(await ingestWebhook(broken, messenger, hello('m_1'))).toMatchObject({ stored: 1 })
  })
})

test('the items of a body can be written one by one, and leave what the body leaves', async () => {
  const acme = store.forAccount('acme')
  await acme.connectInbox({ oaId: page, channel: 'messenger' })
  const { items } = messenger.normalize(twoPages)
  const outcomes: string[] = []
  for (const item of [...items, ...items]) outcomes.push((await ingestEvent(store, messenger, item)).outcome)
  expect(outcomes).toEqual(['ingested', 'ingested', 'ignored', 'ignored', 'ingested', 'ingested', 'ignored', 'ignored'])
  expect(await acme.findByOaAndCustomer({ oaId: page, customerId: lan })).toMatchObject({ lastSeq: 2, unreadCount: 2 })
})
