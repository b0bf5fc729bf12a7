import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isConversationStoreError } from '../../src/index.js'
import { event as eventSchema } from '../../src/model/validation/event-schemas.js'
import { parse } from '../../src/model/validation/parse.js'
import { id } from '../../src/model/validation/scalars.js'
import type { HistoryPage } from '../../src/sync/index.js'
import { cannedSource, conversation, lan, message, next, shop } from './canned.js'

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, '', ' ', '0', 'null', '__proto__', -1, 0, 1.5, 1e300, true, 'a\u0000b', '\uDC00', [], {}, [null]),
  fc.jsonValue({ maxDepth: 3 }),
)

/** A page with everything that pages have. */
const sound = JSON.stringify({
  data: [
    conversation({
      data: [
        message('m_3', {
          attachments: { data: [{ id: '1', mime_type: 'image/png', name: 'a', size: 3, image_data: { url: 'https://cdn.example/a' } }] },
          shares: { data: [{ link: 'https://shop.example/', name: 'a' }] },
          reactions: { data: [{ reaction: 'love', emoji: '❤', users: [{ id: lan.id }, { id: shop.id }] }] },
          reply_to: { mid: 'm_2' },
          story: { reply_to: { id: '1', link: 'https://cdn.example/s' }, mention: { id: '2', link: 'https://cdn.example/t' } },
          is_unsupported: 'true',
        }),
        message('m_2', { from: shop }),
      ],
      paging: { cursors: { after: 'older' }, next },
    }),
    conversation({ data: [message('m_1', { sticker: 'https://cdn.example/s.png' })] }, { id: 't_2' }),
  ],
  paging: { cursors: { after: 'further' }, next },
})

/** Reads until an answer is used up, and returns the pages of the given answers alone. */
async function pagesOf(bodies: readonly unknown[], login: 'facebook' | 'instagram'): Promise<readonly HistoryPage[]> {
  const { source, calls } = cannedSource(
    bodies.map((body) => ({ body })),
    { login },
  )
  const pages: HistoryPage[] = []
  try {
    for await (const page of source.pages({ cursor: null })) {
      pages.push(page)
      if (calls.length >= bodies.length) break
    }
  } catch (error) {
    // Nothing else is documented for an answer.
    const isDocumented = isConversationStoreError(error, 'SOURCE_UNAVAILABLE') || isConversationStoreError(error, 'SOURCE_UNAUTHORIZED')
    if (!isDocumented) throw error
  }
  return pages
}

function check(pages: readonly HistoryPage[]): void {
  for (const { conversations, cursor, invalid, unreadable } of pages) {
    for (const { customerId, updatedAt, events } of conversations) {
      parse(id, customerId)
      expect(updatedAt === null || !Number.isNaN(updatedAt.getTime())).toBe(true)
      for (const event of events) parse(eventSchema, event)
    }
    for (const { path, reason, count } of [...invalid, ...unreadable]) {
      expect([path.length > 0, reason.length > 0, count > 0]).toEqual([true, true, true])
    }
    expect(cursor === null || cursor.length > 0).toBe(true)
  }
}

describe.each(['facebook', 'instagram'] as const)('pages by the login of %s', (login) => {
  test('any JSON value: no other error than the documented ones', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (body, list) =>
        check(await pagesOf([body, { data: [list] }, { data: list }], login)),
      ),
      { numRuns: 500 },
    )
  })

  test('whatever stands anywhere in a page: no other error, and only events that the store takes', async () => {
    const changes = fc.array(fc.record({ at: fc.nat(), to: odd }), { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(changes, async (replacements) => {
        let body: unknown = JSON.parse(sound)
        for (const { at, to } of replacements) body = replaced(body, at, to)
        check(await pagesOf([body, { data: [message('m_0')] }], login))
      }),
      { numRuns: 500 },
    )
  })

  test('a bad element costs none of its neighbours, and is told unless it is one', async () => {
    const [before = ''] = (await pagesOf([JSON.parse(sound)], login)).map(told)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('conversations', 'participants', 'messages'), fc.nat(), odd, async (which, at, bad) => {
        const body = JSON.parse(sound)
        const list: unknown[] =
          which === 'conversations' ? body.data : which === 'messages' ? body.data[0].messages.data : body.data[0].participants.data
        list.splice(at % (list.length + 1), 0, bad)
        const [page] = await pagesOf([body], login)
        if (page === undefined) throw new Error('the page was lost')
        expect(told(page)).toBe(before)
        expect(page.invalid.length + page.unreadable.length).toBeGreaterThan(0)
      }),
      { numRuns: 500 },
    )
  })
})

/** What a page says of people, wherever it stood. */
function told({ conversations, cursor }: HistoryPage): string {
  return JSON.stringify([conversations, cursor])
}

/** Returns the page with one value replaced: the page itself, a member of an object or an element of a list. */
function replaced(body: unknown, at: number, to: unknown): unknown {
  const places = placesIn(body)
  const place = places[at % (places.length + 1)]
  if (place === undefined) return to
  Object.defineProperty(place.holder, place.key, { value: to, enumerable: true, configurable: true, writable: true })
  return body
}

function placesIn(value: unknown): readonly { readonly holder: object; readonly key: string }[] {
  if (typeof value !== 'object' || value === null) return []
  const holder = value
  return Object.entries(value).flatMap(([key, member]) => [{ holder, key }, ...placesIn(member)])
}
