import fc from 'fast-check'
import { expect, test } from 'vitest'
import { permutations } from '../../src/contract/permutations.js'
import type { MessageRow } from '../../src/model/planning/rows.js'
import type { StampedEvent } from '../../src/store/adapter.js'
import { at, planning } from './planning-kit.js'
import { failedToSend, receipt, replied, sending, sent, watermark } from './stamped-events.js'

/** What may be told of one reply, in minutes that say nothing of the order in which it comes. */
type Told =
  | { readonly kind: 'echo' | 'echo with both ids' | 'refused'; readonly minute: number }
  | { readonly kind: 'sent' | 'delivered' | 'read' | 'failed'; readonly minute: number }
  | { readonly kind: 'delivered up to' | 'read up to'; readonly minute: number }

const told: fc.Arbitrary<Told> = fc.record({
  kind: fc.constantFrom(
    'echo',
    'echo',
    'echo with both ids',
    'refused',
    'refused',
    'sent',
    'delivered',
    'read',
    'failed',
    'failed',
    'delivered up to',
    'read up to',
  ),
  minute: fc.integer({ min: 1, max: 6 }),
})

const life = fc.record({ link: fc.integer({ min: 1, max: 6 }), news: fc.array(told, { maxLength: 4 }) })

function eventOf({ kind, minute }: Told): StampedEvent {
  switch (kind) {
    case 'echo':
      return replied('m1', minute)
    case 'echo with both ids':
      return replied('m1', minute, { localId: 'l1' })
    case 'refused':
      return failedToSend('l1', minute, `refused at ${minute}`)
    case 'delivered up to':
      return watermark('delivered', minute, 10)
    case 'read up to':
      return watermark('read', minute, 10)
    default:
      return receipt('m1', minute, kind, kind === 'failed' ? `failed at ${minute}` : null)
  }
}

function shownOf(run: ReturnType<typeof planning>) {
  const { status, sentAt, failedAt, error, deliveredAt, readAt }: MessageRow = run.message('m1')
  return { status, sentAt, failedAt, error, isDelivered: deliveredAt !== null, isRead: readAt !== null }
}

/** What a message is, from everything that was told of it. It is written anew here, as a person would say it. */
function expected(link: number, news: readonly Told[]) {
  const minutes = (...kinds: readonly Told['kind'][]) => news.filter(({ kind }) => kinds.includes(kind)).map(({ minute }) => minute)
  const sentAt = Math.min(link, ...minutes('echo', 'echo with both ids', 'sent'))
  const acceptedAt = Math.max(link, ...minutes('echo with both ids'))
  const failures = minutes('failed')
  const refusals = minutes('refused')
  const failedAt = failures.length > 0 ? Math.min(...failures) : refusals.length > 0 ? Math.max(...refusals) : null
  const isReceived = minutes('delivered', 'read').length > 0
  const isFailed = !isReceived && (failures.length > 0 || Math.max(...refusals, 0) >= acceptedAt)
  const reaches = (kind: 'delivered up to' | 'read up to') => minutes(kind).some((upTo) => upTo >= sentAt)
  const isDelivered = !isFailed && (minutes('delivered').length > 0 || reaches('delivered up to'))
  const isRead = !isFailed && (minutes('read').length > 0 || reaches('read up to'))
  return {
    status: isFailed ? 'failed' : isRead ? 'read' : isDelivered ? 'delivered' : 'sent',
    sentAt: at(sentAt),
    failedAt: failedAt === null ? null : at(failedAt),
    error: failedAt === null ? null : `${failures.length > 0 ? 'failed' : 'refused'} at ${failedAt}`,
    isDelivered,
    isRead,
  }
}

test('a reply comes out the same in every order of what is told of it', () => {
  fc.assert(
    fc.property(life, ({ link, news }) => {
      const should = expected(link, news)
      for (const order of permutations([sending('l1', 0), sent('l1', 'm1', link), ...news.map(eventOf)])) {
        const run = planning()
        for (const event of order) run.write([event])
        expect(run.messages()).toHaveLength(1)
        expect(shownOf(run)).toEqual(should)
      }
    }),
    { numRuns: 60 },
  )
})

test('a reply comes out the same when what is told of it comes in one call', () => {
  fc.assert(
    fc.property(life, ({ link, news }) => {
      const run = planning()
      run.write([sending('l1', 0)])
      run.write([...news.map(eventOf), sent('l1', 'm1', link)])
      expect(shownOf(run)).toEqual(expected(link, news))
    }),
    { numRuns: 200 },
  )
})
