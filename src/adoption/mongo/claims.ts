import { refusal } from '../../model/validation/refusal.js'
import type { Doc, MongoCollection, MongoDb } from '../../mongo/driver.js'
import type { BackfillOptions } from '../backfill-types.js'
import { isMongoDb } from '../databases.js'
import type { Unresolved } from '../orphans.js'
import { type Integrations, integrationsOf } from '../tables.js'
import { exactly, sameKey } from './bson.js'

/** What the integrations say of an `oaId`: whose it is, or why nobody can tell. */
export type Claim = { readonly accountId: unknown } | { readonly unresolved: Unresolved }

/** The host's integrations, wherever they are. */
export interface IntegrationSource {
  readonly db: MongoDb
  readonly table: Integrations
}

export function integrationSource(db: MongoDb, options: Pick<BackfillOptions, 'db' | 'integrations' | 'conversations'>): IntegrationSource {
  const other = options.integrations?.db ?? db
  if (!isMongoDb(other)) throw refusal(['integrations', 'db'], 'must be a Db of mongodb, as the conversations’ is')
  return { db: other, table: integrationsOf(db, options.integrations, options.conversations) }
}

const atATime = 1_000

/** Reads whose the given ids are, by `sameKey`. It works across databases, which a `$lookup` does not. */
export async function readClaims({ db, table }: IntegrationSource, oaIds: readonly unknown[]): Promise<(oaId: unknown) => Claim> {
  const integrations = db.collection(table.name, { readPreference: 'primary' })
  const accounts = new Map<string, Map<string, unknown>>()
  const wanted = [...new Map(oaIds.filter(isNamed).map((oaId) => [sameKey(oaId), oaId])).values()]
  for (let from = 0; from < wanted.length; from += atATime) {
    for (const found of await claimants(integrations, table, wanted.slice(from, from + atATime))) {
      const key = sameKey(valueAt(found, table.oaId))
      const claimed = accounts.get(key) ?? new Map<string, unknown>()
      const accountId = valueAt(found, table.accountId) ?? null
      accounts.set(key, accountId === null ? claimed : claimed.set(sameKey(accountId), accountId))
    }
  }
  return (oaId) => {
    if (!isNamed(oaId)) return { unresolved: 'noOaId' }
    const claimed = accounts.get(sameKey(oaId))
    if (claimed === undefined) return { unresolved: 'orphan' }
    const [accountId, ...others] = claimed.values()
    if (accountId === undefined) return { unresolved: 'noAccount' }
    return others.length > 0 ? { unresolved: 'ambiguous' } : { accountId }
  }
}

function claimants(integrations: MongoCollection, { oaId, accountId }: Integrations, some: readonly unknown[]): Promise<Doc[]> {
  return integrations.find({ [oaId]: { $in: some } }, { projection: { _id: 0, [oaId]: 1, [accountId]: 1 }, ...exactly }).toArray()
}

function isNamed(oaId: unknown): boolean {
  return oaId !== null && oaId !== undefined && oaId !== ''
}

/** The value of a field, which may lie in other documents: `page.id`. */
export function valueAt(document: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined), document)
}
