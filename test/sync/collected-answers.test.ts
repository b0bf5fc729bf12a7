import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { HistoryPage } from '../../src/sync/index.js'
import { type Canned, cannedSource, conversation, instagramId, lan, next, pageId, shop } from './canned.js'
import { readAll } from './reading.js'

interface Expected {
  readonly outcome: 'events' | 'invalid'
  readonly events?: readonly Record<string, unknown>[]
}

const folder = fileURLToPath(new URL('fixtures/', import.meta.url))
const expected = JSON.parse(readFileSync(`${folder}expected.json`, 'utf8')) as Readonly<Record<string, Expected>>
const instagramParticipants = [
  { username: 'lan', id: '5614879045272581' },
  { username: 'shop.demo', id: instagramId },
]

/** The answers of the API in which a collected part of one stands: most are single messages. */
function answersWith(name: string, collected: unknown): readonly Canned[] {
  const end = { body: { data: [] } }
  const list = (item: unknown) => ({ body: { data: [item] } })
  if (name === 'conversation_docs_unix_time') return [{ body: collected }]
  if (name === 'messages_page_reverse') return [list(conversation(collected)), end]
  if (name === 'messages_legacy_ids_time_paging') return [list({ ...Object(collected), participants: { data: [lan, shop] } })]
  const participants = { data: name.startsWith('instagram') ? instagramParticipants : [lan, shop] }
  if (name !== 'error_message_deleted_ig_20') return [list(conversation({ data: [collected] }, { participants }))]
  const refused = { body: collected, status: 400 }
  return [list(conversation({ data: [], paging: { cursors: { after: 'a' }, next } })), refused, refused, refused]
}

/** The events of pages in the words of those who collected the answers, who list the newest first. */
function inTheirWords(pages: readonly HistoryPage[], channel: string): readonly Record<string, unknown>[] {
  const told = pages.flatMap(({ conversations }) =>
    conversations.flatMap(({ customerId, events }) =>
      events.map((event) => ({
        kind: event.type,
        channel,
        accountRef: channel === 'instagram' ? instagramId : pageId,
        customerId,
        occurredAt: event.occurredAt?.toISOString(),
        ...(event.type === 'message' && {
          direction: event.direction,
          messageId: event.messageId,
          text: event.text,
          ...(event.attachments?.length && { attachments: event.attachments.map(({ type }) => type) }),
          ...(event.metadata?.unsupported === true && { unsupported: true }),
        }),
      })),
    ),
  )
  return told.toReversed()
}

test('each collected answer has an expectation, and each expectation an answer', () => {
  expect(readdirSync(`${folder}graph`).toSorted()).toEqual(
    Object.keys(expected)
      .map((name) => `${name}.json`)
      .toSorted(),
  )
})

test.each(Object.entries(expected))('%s is read as expected', async (name, { outcome, events = [] }) => {
  const collected: unknown = JSON.parse(readFileSync(`${folder}graph/${name}.json`, 'utf8'))
  const isInstagram = name.startsWith('instagram')
  const { source } = cannedSource(answersWith(name, collected), isInstagram ? { login: 'instagram' } : {})
  const pages = await readAll(source)
  expect(inTheirWords(pages, source.channel ?? '')).toEqual(events)
  const leftOut = pages.flatMap(({ invalid, unreadable }) => [...invalid, ...unreadable])
  expect(leftOut.length > 0).toBe(outcome === 'invalid')
})
