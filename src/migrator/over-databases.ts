import { ConversationStoreError } from '../model/errors.js'
import { sourceFailureOf } from './database-failure.js'
import type { MigrationDatabases, Tenant } from './databases.js'
import type { SourceFailure } from './failure-reports.js'
import type { MigrationTarget } from './kernel/target.js'
import type { DatabaseChoice, DatabaseState } from './migrator.js'

/** What is done with each database, and what is reported for one that was not worked on. Neither may throw. */
export interface DatabaseWork<R extends { readonly state: DatabaseState }> {
  run(target: MigrationTarget, tenantId: string | null): Promise<R>
  /** Told once how many databases there are, if their source can be counted. */
  expect?(databases: number): void
  passOver(tenantId: string | null, database: string | null, state: 'skipped' | 'not-reached' | 'failed', why: string): R
}

export interface FanOut {
  /** How many tenants are worked on at a time. */
  readonly concurrency: number
  readonly onError: 'continue' | 'stop'
  /** Set by commands that only look, for which the tenants do not depend on the public database. */
  readonly isLook?: true
}

export interface DatabaseReports<R> {
  readonly public: R | null
  /** In the order of the source. */
  readonly tenants: readonly R[]
  /** What the source of the tenants threw. Those that it gave before are in `tenants`, and the others are not known. */
  readonly sourceFailure?: SourceFailure
}

const badStates: ReadonlySet<DatabaseState> = new Set(['failed', 'locked', 'refused', 'newer'])

/** Whether the run failed to bring this database where it should be. */
export function hasFailed({ state }: { readonly state: DatabaseState }): boolean {
  return badStates.has(state)
}

/**
 * Works on the public database first, and then, if that went well, on the tenants as their source streams them. If the
 * source fails, the tenants that it gave before are brought to their end.
 */
export async function overDatabases<R extends { readonly state: DatabaseState }>(
  databases: MigrationDatabases,
  choice: DatabaseChoice,
  { concurrency, onError, isLook }: FanOut,
  work: DatabaseWork<R>,
): Promise<DatabaseReports<R>> {
  const { publicOnly = false, signal } = choice
  const onlyTenants = choice.tenantsOnly === true || choice.tenants !== undefined || choice.retryFailed === true
  const reports: R[] = []
  let reason: string | null = null

  if (work.expect !== undefined) {
    const tenants = publicOnly ? 0 : await countTenants(databases, choice)
    if (tenants !== null) work.expect(tenants + (onlyTenants ? 0 : 1))
  }
  const ofPublic = onlyTenants ? null : await work.run(databases.publicTarget, null)
  if (publicOnly) return { public: ofPublic, tenants: [] }
  if (!isLook && ofPublic !== null && hasFailed(ofPublic)) reason = 'the public database comes first, and was not brought to its version'

  const tenants = tenantsOf(databases, choice)[Symbol.asyncIterator]()
  const seen = new Map<string, string>([[databases.publicTarget.database, 'the public database']])
  // Only one worker at a time asks the source. A worker that gets a tenant takes that tenant's place in the report.
  let turn: Promise<unknown> = Promise.resolve()
  let length = 0
  const next = () => {
    const asked = turn.then(() => tenants.next()).then((result) => ({ ...result, place: result.done === true ? -1 : length++ }))
    turn = asked.catch(() => undefined)
    return asked
  }
  const workOn = async ({ tenantId, database, isUnknown, passedOver }: ChosenTenant): Promise<R> => {
    if (signal?.aborted) reason ??= 'the run was stopped'
    if (reason !== null) return work.passOver(tenantId, database, 'not-reached', reason)
    // A name that somebody typed is wrong. One that the public database remembers may be of a tenant that is gone.
    if (isUnknown && choice.tenants !== undefined) return work.passOver(tenantId, null, 'failed', 'there is no tenant of this id')
    if (passedOver !== undefined) return work.passOver(tenantId, database, 'skipped', passedOver)
    if (database === null) return work.passOver(tenantId, database, 'skipped', 'its source knows no database of it')
    const other = seen.get(database)
    if (other !== undefined) return work.passOver(tenantId, database, 'failed', `its database is that of ${other} too`)
    seen.set(database, tenantId)
    const target = targetOf(databases, database)
    return typeof target === 'string' ? work.passOver(tenantId, database, 'failed', target) : work.run(target, tenantId)
  }
  const worker = async () => {
    for (let tenant = await next(); tenant.done !== true; tenant = await next()) {
      const report = await workOn(tenant.value)
      reports[tenant.place] = report
      if (onError === 'stop' && hasFailed(report)) reason ??= 'a tenant before it failed, and the run was to stop then'
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: concurrency }, worker))
  const broken = ended.find((each) => each.status === 'rejected')
  return { public: ofPublic, tenants: reports, ...(broken !== undefined && { sourceFailure: sourceFailureOf(broken.reason) }) }
}

/** Null if nobody can tell. A source that can't be read is told when it is read. */
async function countTenants(databases: MigrationDatabases, { tenants, retryFailed }: DatabaseChoice): Promise<number | null> {
  if (tenants !== undefined) return tenants.length
  const count = async () => (retryFailed === true ? (await databases.failures.list()).length : databases.countTenants?.())
  return (await count().catch(() => null)) ?? null
}

interface ChosenTenant extends Tenant {
  /** Why nothing is done with it although it was asked for. */
  readonly passedOver?: string
}

async function* tenantsOf(databases: MigrationDatabases, { tenants, retryFailed }: DatabaseChoice): AsyncGenerator<ChosenTenant> {
  if (retryFailed !== true) return yield* databases.tenants(tenants ?? null)
  const failed = (await databases.failures.list()).map(({ tenantId }) => tenantId)
  if (tenants !== undefined) return yield* failedAmong(databases.tenants(tenants), new Set(failed))
  if (failed.length > 0) yield* databases.tenants(failed)
}

async function* failedAmong(chosen: AsyncIterable<Tenant>, failed: ReadonlySet<string>): AsyncGenerator<ChosenTenant> {
  for await (const tenant of chosen) yield failed.has(tenant.tenantId) ? tenant : { ...tenant, passedOver: 'its last run did not fail' }
}

function targetOf(databases: MigrationDatabases, database: string): MigrationTarget | string {
  try {
    return databases.tenantTarget(database)
  } catch (error) {
    if (error instanceof ConversationStoreError) return error.message
    throw error
  }
}
