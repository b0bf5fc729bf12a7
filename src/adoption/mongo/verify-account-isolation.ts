import type { Doc, MongoDb } from '../../mongo/driver.js'
import type { IsolationFacts, IsolationOptions } from '../isolation-types.js'
import { exactly, shown } from './bson.js'
import { integrationSource } from './claims.js'
import { classify } from './classify.js'
import { readFullState, swapIndexes } from './unique-indexes.js'

export async function isolationFacts(db: MongoDb, options: IsolationOptions): Promise<IsolationFacts> {
  const indexes = swapIndexes(db, options)
  const { name, accountId, oaId } = indexes.table
  const classes = await classify(db, indexes.table, integrationSource(db, options))
  const { doubles, old, state, forbids, name: newName } = await readFullState(db, indexes)
  const read = (pipeline: Doc[]) =>
    db
      .collection(name, { readPreference: 'primary' })
      .aggregate(pipeline, { allowDiskUse: true, ...exactly })
      .toArray()
  const hasAccount = { $match: { [accountId]: { $ne: null } } }
  const accounts = await read([
    hasAccount,
    { $group: { _id: `$${accountId}`, count: { $sum: 1 } } },
    { $sort: { count: -1, _id: 1 } },
    { $limit: 1_000 },
  ])
  const across = await read([
    hasAccount,
    { $group: { _id: { oa: `$${oaId}`, account: `$${accountId}` }, count: { $sum: 1 } } },
    { $sort: { count: -1, _id: 1 } },
    { $group: { _id: '$_id.oa', accounts: { $push: { account: '$_id.account', count: '$count' } }, number: { $sum: 1 } } },
    { $match: { number: { $gt: 1 }, _id: { $ne: null } } },
    { $sort: { number: -1, _id: 1 } },
    { $limit: 100 },
  ])
  const counted = (account: unknown, count: unknown) => ({ accountId: shown(account), conversations: Number(count) })
  return {
    ...classes,
    doubles,
    accounts: accounts.map(({ _id, count }) => counted(_id, count)),
    acrossAccounts: across.map(({ _id, accounts: found }) => ({
      oaId: shown(_id),
      accounts: (found as Doc[]).map(({ account, count }) => counted(account, count)),
    })),
    indexes: { old, new: { name: newName, state, forbids } },
  }
}
