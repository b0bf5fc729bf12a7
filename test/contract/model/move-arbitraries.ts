import fc from 'fast-check'
import { sometimes } from './few-values.js'

const onConflict = fc.constantFrom('skip' as const, 'close_source' as const, 'merge' as const)

interface Parts {
  readonly inbox: fc.Arbitrary<number>
  readonly limit: fc.Arbitrary<number>
}

/** Random calls about moves of inboxes. Most of them are about one of the last. */
export function moveCalls({ inbox, limit }: Parts) {
  const migration = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(4) })
  const rarely = fc.oneof({ weight: 7, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) })
  const inboxes = { inbox, into: inbox }
  return {
    beginInboxMigration: {
      weight: 2,
      arbitrary: fc.record({ verb: fc.constant('begin move' as const), ...inboxes, isConversion: fc.boolean(), onConflict }),
    },
    undoInboxMigration: { weight: 2, arbitrary: fc.record({ verb: fc.constant('undo move' as const), migration }) },
    moveInboxBatch: {
      weight: 3,
      arbitrary: fc.record({
        verb: fc.constant('move batch' as const),
        migration,
        isLate: rarely,
        people: fc.integer({ min: 1, max: 4 }),
        conversations: fc.integer({ min: 1, max: 3 }),
      }),
    },
    endInboxMigration: {
      weight: 1,
      arbitrary: fc.record({
        verb: fc.constant('end move' as const),
        migration,
        as: fc.constantFrom('cancelled' as const, 'failed' as const),
      }),
    },
    findInboxMigration: { weight: 1, arbitrary: fc.record({ verb: fc.constant('find move' as const), migration }) },
    listInboxMigrations: {
      weight: 1,
      arbitrary: fc
        .record({ limit })
        .chain((page) => sometimes({ inbox, active: fc.boolean() }).map((of) => ({ verb: 'moves' as const, ...page, ...of }))),
    },
    previewInboxMove: { weight: 1, arbitrary: fc.record({ verb: fc.constant('preview move' as const), ...inboxes, limit }) },
  }
}

interface Between<C, I> extends Pick<Parts, 'inbox'> {
  readonly others: fc.Arbitrary<C>
  readonly items: fc.Arbitrary<I>
}

/**
 * A move to another inbox and back, with other calls before, between and after its batches. Some are known there
 * before. Of those who write to the destination meanwhile some have had their conversation closed, so that they open
 * one that stays there.
 */
export function thereAndBack<C, I extends { readonly customer: number }>({ inbox, others, items }: Between<C, I>) {
  const batch = { verb: 'move batch' as const, migration: 0, isLate: false, people: 4, conversations: 3 }
  const inboxes = fc.record({ inbox, into: inbox, isConversion: fc.boolean(), onConflict, batches: fc.integer({ min: 1, max: 3 }) })
  const few = { maxLength: 4 }
  const stretch = fc.record({ others: fc.array(others, few), items: fc.array(items, few), closes: fc.boolean() })
  return fc.tuple(inboxes, stretch, stretch, stretch, stretch).map(([how, before, known, between, after]) => {
    const { inbox: from, into, isConversion, onConflict: policy, batches } = how
    const connect = (each: number) => ({ verb: 'connect' as const, inbox: each, channel: 'whatsapp', onClosed: null })
    const write = (inbox: number, { others: rest, items: given, closes }: typeof before) => [
      ...(closes ? given.map(({ customer }) => ({ verb: 'close' as const, target: { inbox, customer } })) : []),
      ...given.map((item) => ({ verb: 'write' as const, ...item, inbox })),
      ...rest,
    ]
    const all = Array.from({ length: batches }, () => batch)
    const begin = { verb: 'begin move' as const, inbox: from, into, isConversion, onConflict: policy }
    const undo = { verb: 'undo move' as const, migration: 0 }
    const moves = [begin, ...all, ...write(into, between), ...all, undo, ...all, ...write(into, after), ...all]
    return [connect(from), connect(into), ...write(from, before), ...write(into, known), ...moves]
  })
}
