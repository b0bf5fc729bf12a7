import type { LockHolder } from '../../migrator/kernel/target.js'
import type { LockReport } from '../../migrator/migrator.js'
import { columns } from './columns.js'
import { oneLine } from './text.js'

export function locksText(locks: readonly LockReport[]): string {
  if (locks.length === 0) return 'Nobody is at work.'
  const rows = locks.map((lock) => [lock.tenantId ?? '(public)', lock.database, lock.holder, sinceText(lock), endText(lock)].map(oneLine))
  return columns([['TENANT', 'DATABASE', 'HOLDER', 'SINCE', ''], ...rows])
}

export function brokenLockText(database: string, holder: LockHolder | null): string {
  return oneLine(
    holder === null
      ? `Nobody held the lock of ${database}.`
      : `The lock of ${database} was taken from ${holder.holder}, whose next write fails.`,
  )
}

function sinceText({ since }: LockHolder): string {
  return since === null ? '-' : since.toISOString()
}

function endText({ expiresInMs }: LockHolder): string {
  return expiresInMs === null ? 'ends with its connection' : `ends in ${Math.ceil(expiresInMs / 1000)} s if its holder is gone`
}
