import type { LockHolder } from '../../migrator/kernel/target.js'
import type { LockReport } from '../../migrator/migrator.js'
import { columns } from '../output/columns.js'
import { oneLine } from '../output/text.js'
import type { Command } from './command.js'
import { choiceFlags, choiceOf, everyCommandsFlags } from './shared-flags.js'

export const lockShow: Command = {
  name: 'lock show',
  summary: 'who is at work on the databases, or on one of them',
  words: [{ name: 'database', optional: true }],
  flags: [...choiceFlags, ...everyCommandsFlags],
  async run(context) {
    const [database] = context.words
    const locks = await context.migrator.showLocks({ ...choiceOf(context), ...(database === undefined ? {} : { database }) })
    return { exitCode: 0, report: { locks }, text: () => textOf(locks) }
  },
}

function textOf(locks: readonly LockReport[]): string {
  if (locks.length === 0) return 'Nobody is at work.'
  const rows = locks.map((lock) => [lock.tenantId ?? '(public)', lock.database, lock.holder, sinceText(lock), endText(lock)].map(oneLine))
  return columns([['TENANT', 'DATABASE', 'HOLDER', 'SINCE', ''], ...rows])
}

function sinceText({ since }: LockHolder): string {
  return since === null ? '-' : since.toISOString()
}

function endText({ expiresInMs }: LockHolder): string {
  return expiresInMs === null ? 'ends with its connection' : `ends in ${Math.ceil(expiresInMs / 1000)} s if its holder is gone`
}
