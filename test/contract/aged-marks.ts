import type { Db } from 'mongodb'
import { vi } from 'vitest'
import type { Query } from './sql-reader.js'

/** Makes what all rows of a backend remember older by some milliseconds, as if the calls had come so much earlier. */
export type AgeMarks = (ms: number) => Promise<void>

export function ageInPostgres(query: Query, schema: string): AgeMarks {
  return async (ms) => {
    for (const table of ['conversations', 'contacts', 'inboxes'])
      await query(`update "${schema}".${table} set operations = ${agedMarks(ms)}`)
  }
}

/** The `operations` of a row, with older times. */
export function agedMarks(ms: number): string {
  return `(select array_agg(case when n = 1 then greatest(each - ${ms}, 0) when n % 2 = 1 then each - ${ms}::bigint * 8 else each end order by n)
    from unnest(operations) with ordinality u(each, n))`
}

export function ageInMongo(db: Db): AgeMarks {
  const earlier = (field: string, ms: number) => ({ $subtract: [field, ms] })
  return async (ms) => {
    const aged = {
      operations: { $map: { input: '$operations', as: 'mark', in: { $mergeObjects: ['$$mark', { at: earlier('$$mark.at', ms) }] } } },
      dropped_until: { $cond: ['$dropped_until', earlier('$dropped_until', ms), '$$REMOVE'] },
    }
    for (const name of ['conversations', 'contacts', 'inboxes']) await db.collection(name).updateMany({}, [{ $set: aged }])
  }
}

/** The clock of the memory adapter is that of the process. `vi.useRealTimers()` sets it back. */
export const ageInMemory: AgeMarks = async (ms) => {
  const now = Date.now()
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(now + ms)
}

/** How many operations a stored row remembers. PostgreSQL has one number, and two for each of them. */
export function markCount(operations: unknown): number {
  if (!Array.isArray(operations)) throw new TypeError('a row remembers operations')
  return operations.some((each) => typeof each === 'object') ? operations.length : Math.floor(operations.length / 2)
}
