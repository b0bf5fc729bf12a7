import fc from 'fast-check'
import { sometimes } from './few-values.js'

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
      arbitrary: fc.record({ verb: fc.constant('begin move' as const), ...inboxes, isConversion: fc.boolean() }),
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
