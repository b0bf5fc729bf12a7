import type { Doc, MongoDb } from '../../mongo/driver.js'
import type { BackfillClasses } from '../backfill-types.js'
import type { Conversations } from '../tables.js'
import { exactly } from './bson.js'
import { type IntegrationSource, readClaims } from './claims.js'

/** Counts the conversations by class. The server groups them, so that only the different `oaId`s are read. */
export async function classify(db: MongoDb, table: Conversations, integrations: IntegrationSource): Promise<BackfillClasses> {
  const isSet = { $ne: [{ $ifNull: [`$${table.accountId}`, null] }, null] }
  const group = { $group: { _id: { oa: `$${table.oaId}`, set: isSet }, count: { $sum: 1 } } }
  const groups = await db
    .collection(table.name, { readPreference: 'primary' })
    .aggregate([group], { allowDiskUse: true, ...exactly })
    .toArray()
  const claimOf = await readClaims(
    integrations,
    groups.map(({ _id }) => (_id as Doc).oa),
  )
  const counts = { conversations: 0, resolved: 0, alreadySet: 0, orphans: 0, orphansWithAccount: 0, ambiguous: 0, noAccount: 0, noOaId: 0 }
  for (const { _id, count: counted } of groups) {
    const { oa, set } = _id as Doc
    const count = Number(counted)
    const claim = claimOf(oa)
    const isOrphan = 'unresolved' in claim && claim.unresolved === 'orphan'
    counts.conversations += count
    if (String(set) === 'true') {
      counts.alreadySet += count
      if (isOrphan) counts.orphansWithAccount += count
    } else if (isOrphan) counts.orphans += count
    else counts['unresolved' in claim && claim.unresolved !== 'orphan' ? claim.unresolved : 'resolved'] += count
  }
  return counts
}
