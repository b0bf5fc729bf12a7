import type { Doc, MongoCollection } from '../../mongo/driver.js'
import type { BackfillLog } from '../backfill-log.js'
import type { Conversations } from '../tables.js'
import { distinct, sameKey, shown } from './bson.js'
import { valueAt } from './claims.js'
import { findExactly } from './find-exactly.js'

/** A conversation of a page, with the account that it gets. */
export interface Resolved {
  readonly document: Doc
  readonly accountId: unknown
}

/**
 * Writes the accounts of a page, those of one account with one statement. Returns how many conversations got theirs. A
 * conversation is left alone if it has an account by now, or another `oaId` than the one that was looked up.
 */
export async function writeAccounts(
  conversations: MongoCollection,
  table: Conversations,
  resolved: readonly Resolved[],
  log: BackfillLog | null,
): Promise<number> {
  if (resolved.length === 0) return 0
  const groups = new Map<string, { readonly accountId: unknown; readonly documents: Doc[] }>()
  for (const { document, accountId } of resolved) {
    const key = sameKey(accountId)
    const group = groups.get(key) ?? { accountId, documents: [] }
    groups.set(key, group)
    group.documents.push(document)
  }
  const operations = [...groups.values()].map(({ accountId, documents }) => ({
    updateMany: {
      filter: {
        _id: { $in: documents.map(({ _id }) => _id) },
        [table.accountId]: null,
        [table.oaId]: { $in: distinct(documents.map((document) => valueAt(document, table.oaId) ?? null)) },
      },
      update: { $set: { [table.accountId]: accountId } },
      // Else the server tries an index over the inbox too, for each statement.
      hint: { _id: 1 },
    },
  }))
  const written = await conversations.bulkWrite(operations, { ordered: false })
  const updated = Number(Reflect.get(Object(written), 'modifiedCount'))
  if (log !== null) await tell(conversations, table, resolved, updated, log)
  return updated
}

/** Where others were at some of them, the server is asked which have their account. */
async function tell(
  conversations: MongoCollection,
  table: Conversations,
  resolved: readonly Resolved[],
  updated: number,
  log: BackfillLog,
): Promise<void> {
  let told = resolved
  if (updated < resolved.length) {
    const ids = { _id: { $in: resolved.map(({ document }) => document._id) } }
    const found = await findExactly(conversations, ids, { projection: { [table.accountId]: 1 } })
    const accounts = new Map(found.map((document) => [sameKey(document._id), sameKey(valueAt(document, table.accountId))]))
    told = resolved.filter(({ document, accountId }) => accounts.get(sameKey(document._id)) === sameKey(accountId))
  }
  for (const { document, accountId } of told) log.updated(shown(document._id), shown(accountId))
}
