import { ConversationStoreError } from '../model/errors.js'
import { reporting } from './database-reports.js'
import type { LockHolder } from './kernel/target.js'
import type { DatabaseChoice, LockReport } from './migrator.js'
import type { MigratorContext } from './migrator-context.js'
import { overDatabases } from './over-databases.js'
import { requireOptions } from './run-options.js'

export async function showLocks(context: MigratorContext, choice: DatabaseChoice): Promise<readonly LockReport[]> {
  const { concurrency } = requireOptions(choice)
  const locks: LockReport[] = []
  const work = reporting(context, { command: 'lock show' }, undefined, async (target) => {
    const holder = await target.readLock()
    if (holder !== null) locks.push({ ...holder, tenantId: null, database: target.database })
    return { state: 'up-to-date', migrations: [] }
  })
  const reports = await overDatabases(context.databases, choice, { concurrency, onError: 'continue', isLook: true }, work)
  // Somebody who breaks locks by this list must know that the list is complete.
  const failed = [reports.public, ...reports.tenants].find((report) => report?.state === 'failed')
  if (failed) throw new ConversationStoreError('UNAVAILABLE', { attempts: 1 }, { cause: failed.failure })
  const tenants = new Map(reports.tenants.map(({ database, tenantId }) => [database, tenantId]))
  return locks.map((lock) => ({ ...lock, tenantId: tenants.get(lock.database) ?? null }))
}

export async function breakLock({ databases, logger }: MigratorContext, database: string): Promise<LockHolder | null> {
  const isPublic = database === databases.publicTarget.database
  const holder = await (isPublic ? databases.publicTarget : databases.tenantTarget(database)).breakLock()
  if (holder !== null) logger.warn(`the lock of ${database} was taken from ${holder.holder}`, { database })
  return holder
}
