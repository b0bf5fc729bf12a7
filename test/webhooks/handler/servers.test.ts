import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createConversationStore } from '../../../src/index.js'
import type { AccountConversations } from '../../../src/store/account-conversations.js'
import { createWebhookHandler, messenger, type WebhookReport } from '../../../src/webhooks/index.js'
import { body, fromCustomer, lan, text } from '../bodies.js'
import { type Distant, distantStores } from './distant-stores.js'
import { appSecret, heardLogger, signedPost } from './signed-post.js'

describe.each(distantStores)('the handler on $name', ({ isAbsent, open }) => {
  let distant: Distant
  let account: AccountConversations
  let handle: (request: Request) => Promise<Response>
  let reports: WebhookReport[]
  let lines: string[]
  let oaId: string
  let tests = 0

  beforeAll(async () => {
    if (!isAbsent) distant = await open()
  })
  afterAll(async () => distant?.close())
  beforeEach(async () => {
    if (isAbsent) return
    oaId = `page-${++tests}`
    account = createConversationStore({ adapter: distant.backend.createAdapter() }).forAccount(`acme-${tests}`)
    await account.connectInbox({ oaId, channel: 'messenger' })
    const heard = heardLogger()
    reports = []
    lines = heard.lines
    handle = createWebhookHandler({
      store: createConversationStore({ adapter: distant.adapter, deadlineMs: 3_000, retry: { attempts: 3, baseMs: 1, maxMs: 5 } }),
      channel: messenger,
      secrets: appSecret,
      logger: heard.logger,
      onReport: (report) => void reports.push(report),
    })
  })

  const bodyOf = (...items: readonly unknown[]) => JSON.stringify(body(...items)).replaceAll(body().entry[0]?.id ?? '', oaId)
  const message = (mid: string, customerId = lan) => text(mid, { customerId, oaId })
  const post = async (given: string) => (await handle(signedPost(given))).status
  const stored = async (customerId = lan) => {
    const conversation = await account.findByOaAndCustomer({ oaId, customerId })
    if (conversation === null) return []
    const { items } = await account.listMessages({ conversationId: conversation.id, limit: 500 })
    return items.map(({ messageId }) => messageId)
  }

  test.skipIf(isAbsent)('answers 200 for what is stored, known, ignored, invalid, bad among good and nobody’s', async () => {
    const bad = fromCustomer({ message: { text: 'no mid' } }, { oaId })
    const bodies = [
      bodyOf(message('m_1')),
      bodyOf(message('m_1')),
      bodyOf(message('m_2'), bad),
      bodyOf(bad),
      JSON.stringify({ object: 'page', entry: [{ id: oaId, time: 1, changes: [] }] }),
      bodyOf(message('m_3')).replaceAll(oaId, 'nobodys'),
      'not JSON',
    ]
    for (const given of bodies) expect(await post(given)).toBe(200)
    const outcomes = reports.map(({ outcome, stored: count, duplicates }) => [outcome, count, duplicates])
    expect(outcomes).toEqual([
      ...[
        ['ingested', 1, 0],
        ['ingested', 0, 1],
        ['partial', 1, 0],
        ['invalid', 0, 0],
      ],
      ...[
        ['ignored', 0, 0],
        ['ignored', 0, 0],
        ['invalid', 0, 0],
      ],
    ])
    expect(reports[5]?.unknownInboxes).toEqual(['nobodys'])
    expect(await stored()).toEqual(['m_1', 'm_2'])
  })

  test.skipIf(isAbsent)('answers 503 while the database is away, and takes the same body once it is back', async () => {
    expect(await post(bodyOf(message('m_1')))).toBe(200)
    distant.gateway.shut()
    try {
      expect(await post(bodyOf(message('m_2'))), lines.join()).toBe(503)
      expect(lines.join()).toContain('UNAVAILABLE')
      expect(await stored()).toEqual(['m_1'])
    } finally {
      distant.gateway.open()
    }
    expect(await post(bodyOf(message('m_2')))).toBe(200)
    expect(await post(bodyOf(message('m_2')))).toBe(200)
    expect(await stored()).toEqual(['m_1', 'm_2'])
  })

  test.skipIf(isAbsent)('keeps each body whole that it answered with 200, though connections are cut under 40 bodies', async () => {
    const mids = Array.from({ length: 40 }, (_, index) => `m_${String(index).padStart(2, '0')}`)
    const customerOf = (mid: string) => `${lan}${mid.slice(-1)}`
    const given = mids.map((mid) => bodyOf(message(mid, customerOf(mid)), message(`${mid} too`, customerOf(mid))))
    const statuses: number[] = []
    for (let index = 0; index < given.length; index += 8) {
      const posted = given.slice(index, index + 8).map(post)
      // One of the bodies is under way then.
      await Promise.race(posted)
      distant.gateway.shut()
      distant.gateway.open()
      statuses.push(...(await Promise.all(posted)))
    }
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([])
    const all = async () => (await Promise.all([...new Set(mids.map(customerOf))].map((customerId) => stored(customerId)))).flat()
    const kept = await all()
    mids.forEach((mid, index) => {
      const halves = [mid, `${mid} too`].filter((each) => kept.includes(each))
      if (statuses[index] === 200) expect(halves, mid).toHaveLength(2)
      else expect([0, 2], mid).toContain(halves.length)
    })
    for (const each of given) expect(await post(each)).toBe(200)
    expect((await all()).toSorted()).toEqual(mids.flatMap((mid) => [mid, `${mid} too`]).toSorted())
  })

  test.skipIf(isAbsent)('answers 503 while somebody holds the conversation, and takes the same body afterwards', async () => {
    expect(await post(bodyOf(message('m_1')))).toBe(200)
    expect(await distant.whileHeld(`acme-${tests}`, () => post(bodyOf(message('m_2'))))).toBe(503)
    // On a busy machine the time of the call may be over before its attempts are.
    expect(lines.join()).toMatch(/CONTENTION|UNAVAILABLE/)
    expect(await stored()).toEqual(['m_1'])
    expect(await post(bodyOf(message('m_2')))).toBe(200)
    expect(await stored()).toEqual(['m_1', 'm_2'])
  })
})
