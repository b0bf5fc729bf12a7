import fc from 'fast-check'
import { sometimes } from './few-values.js'
import type { Written } from './operation.js'

interface Parts {
  readonly inbox: fc.Arbitrary<number>
  readonly item: fc.Arbitrary<Written>
  readonly limit: fc.Arbitrary<number>
}

/** Random calls about sessions. Most of them are about one of the last. */
export function syncCalls({ inbox, item, limit }: Parts) {
  const source = fc.constantFrom('export', '$graph')
  const session = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(4) })
  const rarely = fc.oneof({ weight: 7, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) })
  return {
    beginSync: { weight: 1, arbitrary: fc.record({ verb: fc.constant('begin sync' as const), inbox, source, incremental: fc.boolean() }) },
    resumeSync: { weight: 1, arbitrary: fc.record({ verb: fc.constant('resume sync' as const), session, inbox, source }) },
    writeSyncPage: {
      weight: 2,
      arbitrary: fc.record({
        verb: fc.constant('sync page' as const),
        session,
        isLate: rarely,
        isLast: rarely,
        items: fc.array(item, { maxLength: 3 }),
      }),
    },
    failSync: { weight: 1, arbitrary: fc.record({ verb: fc.constant('fail sync' as const), session }) },
    findSyncSession: { weight: 1, arbitrary: fc.record({ verb: fc.constant('sync session' as const), session }) },
    listSyncSessions: {
      weight: 1,
      arbitrary: fc.record({ limit }).chain((page) =>
        sometimes({ inbox, status: fc.constantFrom('running' as const, 'completed' as const) }).map((of) => ({
          verb: 'sync sessions' as const,
          ...page,
          ...of,
        })),
      ),
    },
    syncStatistics: { weight: 1, arbitrary: fc.record({ verb: fc.constant('sync statistics' as const), limit }) },
  }
}
