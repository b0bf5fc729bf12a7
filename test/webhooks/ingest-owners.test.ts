import { beforeEach, describe, expect, test } from 'vitest'
import { type ConversationStore, createConversationStore } from '../../src/index.js'
import { memory } from '../../src/memory/index.js'
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

test('the items of a body can be written one by one, and leave what the body leaves', async () => {
  const acme = store.forAccount('acme')
  await acme.connectInbox({ oaId: page, channel: 'messenger' })
  const { items } = messenger.normalize(twoPages)
  const outcomes: string[] = []
  for (const item of [...items, ...items]) outcomes.push((await ingestEvent(store, messenger, item)).outcome)
  expect(outcomes).toEqual(['ingested', 'ingested', 'ignored', 'ignored', 'ingested', 'ingested', 'ignored', 'ignored'])
  expect(await acme.findByOaAndCustomer({ oaId: page, customerId: lan })).toMatchObject({ lastSeq: 2, unreadCount: 2 })
})
