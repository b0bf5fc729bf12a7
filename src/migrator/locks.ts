import { refusal } from '../model/validation/refusal.js'
import { reporting } from './database-reports.js'
import type { LockHolder } from './kernel/target.js'
import type { LockChoice, LockReport } from './migrator.js'
import type { MigratorContext } from './migrator-context.js'
import { overDatabases } from './over-databases.js'
import { requireOptions } from './run-options.js'

export async function showLocks(context: MigratorContext, { database, ...choice }: LockChoice): Promise<readonly LockReport[]> {
  const { concurrency } = requireOptions(choice)
  const locks: LockReport[] = []
  let broken: unknown = null
  const work = reporting(context, { command: 'lock show' }, undefined, async (target) => {
    const holder = await target.readLock().catch((error: unknown) => {
      broken ??= error
      throw error
    })
    if (holder !== null) locks.push({ ...holder, tenantId: null, database: target.database })
    return { state: 'up-to-date', migrations: [] }
  })
  const reports = await overDatabases(context.databases, choice, { concurrency, onError: 'continue', isLook: true }, work)
  // Somebody who breaks locks by this list must know that the list is complete.
  if (broken !== null) throw broken
  const { sourceFailure } = reports
  if (sourceFailure !== undefined) throw new Error(sourceFailure.message)
  const [failed] = reports.tenants.filter(({ state }) => state === 'failed')
  if (failed !== undefined) throw refusal(['tenants'], `name ${failed.tenantId}: ${failed.why}`)
  const known = [reports.public, ...reports.tenants].map((report) => report?.database)
  if (database !== undefined && !known.includes(database)) throw refusal(['database'], `must be one of those chosen; ${database} is none`)
  const tenants = new Map(reports.tenants.map(({ database, tenantId }) => [database, tenantId]))
  const asked = locks.filter((lock) => database === undefined || lock.database === database)
  return asked.map((lock) => ({ ...lock, tenantId: tenants.get(lock.database) ?? null }))
}

export async function breakLock({ databases, logger }: MigratorContext, database: string): Promise<LockHolder | null> {
  const isPublic = database === databases.publicTarget.database
  const target = isPublic ? databases.publicTarget : databases.tenantTarget(database)
  const holder = await target.breakLock()
  if (holder !== null) logger.warn(`the lock of ${database} was taken from ${holder.holder}`, { database })
  // Somebody may hold the lock of a database that is about to be created, so this is asked only where nobody did.
  else if ((await target.exists?.()) === false) throw refusal(['database'], `must be one that is there; ${database} is not`)
  return holder
}
