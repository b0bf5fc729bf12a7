import type { SyncTablesReport } from '../../migrator/kernel/sync-tables.js'
import { counted, dryRunNote, oneLine } from '../output/text.js'
import { type Command, declined } from './command.js'
import { everyCommandsFlags } from './shared-flags.js'
import { tenantFlag, tenantOf } from './sync-shared.js'

export const syncRemove: Command = {
  name: 'sync remove',
  summary: 'drop the tables, views and functions of the sync; conversations and leases stay',
  words: [],
  flags: [...tenantFlag, 'dry-run', 'no-dry-run', 'lock-wait', 'yes', ...everyCommandsFlags],
  async run(context) {
    const { settings, signal, confirm } = context
    const { dryRun, lockWaitMs } = settings
    const tables = await context.openSyncTables(tenantOf(context))
    const found = await tables.look()
    if (dryRun || found.objects.length === 0) return { exitCode: 0, report: { dryRun, ...found }, text: () => textOf(found, dryRun) }
    if (!(await confirm(questionAbout(found)))) return declined()
    const removed = await tables.remove({ lockWaitMs, signal })
    return { exitCode: 0, report: { dryRun, ...removed }, text: () => textOf(removed, dryRun) }
  },
}

function questionAbout({ database, objects, sessions }: SyncTablesReport): string {
  return `This drops ${counted(objects.length, 'object')} of the sync in ${oneLine(database)}, with how far ${counted(sessions, 'session')} got.`
}

function textOf({ database, objects, sessions }: SyncTablesReport, dryRun: boolean): string {
  if (objects.length === 0) return oneLine(`${database} has no tables of the sync.`)
  const what = `${database}: ${counted(objects.length, 'object')} of the sync, with ${counted(sessions, 'session')}`
  return `${dryRunNote({ dryRun })}${oneLine(dryRun ? `Would drop in ${what}` : `Dropped in ${what}`)}\n${lines(objects)}`
}

function lines(objects: readonly string[]): string {
  return objects.map((object) => `  ${oneLine(object)}`).join('\n')
}
