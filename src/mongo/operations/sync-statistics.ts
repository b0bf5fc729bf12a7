import type { ListSyncStatistics, SyncStatistics } from '../../store/adapter.js'
import { type AdapterPage, pageOf } from '../../store/adapter-page.js'
import { inSession, type MongoContext } from '../context.js'
import { integer, integerOrNull, text, time, timeOrNull } from '../documents/fields.js'
import { leaseFields } from '../documents/leases.js'
import type { Doc } from '../driver.js'

/** How the syncs of each inbox went, by three commands: the inboxes of the page, their sessions, and their locks. */
export async function syncStatistics(context: MongoContext, input: ListSyncStatistics): Promise<AdapterPage<SyncStatistics>> {
  const { accountId, oaId, limit, after } = input
  const { sync_state, leases } = context.collections
  const ofInbox = { ...(after !== null && { $gt: String(after[0]) }), ...(oaId !== null && { $eq: oaId }) }
  const of = { accountId, ...(Object.keys(ofInbox).length > 0 && { page_id: ofInbox }) }
  const inboxes = [{ $match: of }, { $sort: { page_id: 1 } }, { $group: { _id: '$page_id' } }, { $sort: { _id: 1 } }, { $limit: limit + 1 }]
  const found = await sync_state.aggregate(inboxes, inSession(context)).toArray()
  const pageIds = found.map(({ _id }) => text(_id))
  if (pageIds.length === 0) return { items: [], hasMore: false }
  const pipeline = [{ $match: { accountId, page_id: { $in: pageIds } } }, ...countedByInbox]
  const counted = await sync_state.aggregate(pipeline, inSession(context)).toArray()
  const filter = { accountId, kind: 'sync', key: { $in: pageIds }, holder: { $exists: true } }
  const locks = await leases.find(filter, { ...inSession(context), projection: leaseFields }).toArray()
  const lockOf = new Map(locks.map((lock) => [lock.key, Number(lock.expires_in_ms) > 0 ? 'ACTIVE' : 'EXPIRED'] as const))
  return pageOf(counted, limit, (doc) => statistics(accountId, doc, lockOf.get(doc._id) ?? null))
}

const isOf = (status: string) => ({ $sum: { $cond: [{ $eq: ['$status', status] }, 1, 0] } })
const ofCompleted = (value: string) => ({ $cond: [{ $eq: ['$status', 'completed'] }, value, '$$REMOVE'] })
const failure = { at: '$updated_at', id: '$_id', code: '$last_error.code', message: '$last_error.message' }
/** The same as `nearestRank` of the planner. */
const rank = (share: number) => ({
  $arrayElemAt: ['$durations', { $max: [0, { $subtract: [{ $ceil: { $multiply: [{ $size: '$durations' }, share] } }, 1] }] }],
})

const countedByInbox = [
  { $sort: { elapsed_ms: 1 } },
  {
    $group: {
      _id: '$page_id',
      sessions: { $sum: 1 },
      completed: isOf('completed'),
      failed: isOf('failed'),
      superseded: isOf('superseded'),
      ended: { $sum: { $cond: ['$unfinished', 0, 1] } },
      pages: { $sum: '$pages' },
      messages: { $sum: '$messages' },
      durations: { $push: ofCompleted('$elapsed_ms') },
      last_error: { $max: { $cond: ['$last_error', failure, '$$REMOVE'] } },
      last_started_at: { $max: '$started_at' },
      last_completed_at: { $max: ofCompleted('$finished_at') },
    },
  },
  { $set: { p50_ms: rank(0.5), p95_ms: rank(0.95) } },
  { $unset: 'durations' },
  { $sort: { _id: 1 } },
]

function statistics(accountId: string, doc: Doc, lock: SyncStatistics['lock']): SyncStatistics {
  const completed = integer(doc.completed)
  const ended = integer(doc.ended)
  const error = doc.last_error as Doc | null
  return {
    accountId,
    oaId: text(doc._id),
    sessions: integer(doc.sessions),
    completed,
    failed: integer(doc.failed),
    superseded: integer(doc.superseded),
    completionRate: ended === 0 ? null : completed / ended,
    pages: integer(doc.pages),
    messages: integer(doc.messages),
    p50Ms: integerOrNull(doc.p50_ms),
    p95Ms: integerOrNull(doc.p95_ms),
    lastError: error === null ? null : { code: text(error.code), message: text(error.message) },
    lastStartedAt: time(doc.last_started_at),
    lastCompletedAt: timeOrNull(doc.last_completed_at),
    lock,
  }
}
