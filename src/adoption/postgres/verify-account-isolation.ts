import type { PostgresDriver } from '../../postgres/drivers.js'
import { qualified } from '../../postgres/migrator/indexes/index-sql.js'
import { quote } from '../../postgres/names.js'
import type { IsolationFacts, IsolationOptions } from '../isolation-types.js'
import { integrationSource } from './claims.js'
import { classify } from './classify.js'
import { readOne, withConnection } from './sessions.js'
import { readState, swapIndexes } from './unique-indexes.js'

export async function isolationFacts(driver: PostgresDriver, options: IsolationOptions): Promise<IsolationFacts> {
  const indexes = swapIndexes(driver, options)
  const { table } = indexes
  const classes = await classify(driver, table, integrationSource(driver, options))
  const { doubles, old, state, forbids, name } = await withConnection(driver, (session) => readState(session, indexes, options.oldIndex))
  const [account, oa] = [`${quote(table.accountId)}::text`, `${quote(table.oaId)}::text`]
  const groups = (columns: string) =>
    `select ${columns}, count(*) as conversations from ${qualified(table.schema, table.name)} where ${quote(table.accountId)} is not null group by `
  const counted = `json_build_object('accountId', account, 'conversations', conversations) order by conversations desc, account`
  const accounts = await readOne<IsolationFacts['accounts']>(
    driver,
    `select coalesce(json_agg(${counted}), '[]')::text from (${groups(`${account} as account`)} 1 order by 2 desc, 1 limit 1000) a`,
  )
  const acrossAccounts = await readOne<IsolationFacts['acrossAccounts']>(
    driver,
    `with claimed as (${groups(`${oa} as oa, ${account} as account`)} 1, 2),
shared as (select oa, count(*) as number, json_agg(${counted}) as accounts from claimed where oa is not null group by oa having count(*) > 1 order by 2 desc, 1 limit 100)
select coalesce(json_agg(json_build_object('oaId', oa, 'accounts', accounts) order by number desc, oa), '[]')::text from shared`,
  )
  return { ...classes, doubles, accounts, acrossAccounts, indexes: { old, new: { name, state, forbids } } }
}
