import { counted, oneLine } from '../output/text.js'
import type { Command } from './command.js'
import { everyCommandsFlags } from './shared-flags.js'
import { tenantFlag, tenantOf } from './sync-shared.js'

export const syncRestore: Command = {
  name: 'sync restore',
  summary: 'make again what `sync remove` dropped; the sessions of before are gone',
  words: [],
  flags: [...tenantFlag, 'lock-wait', ...everyCommandsFlags],
  async run(context) {
    const { settings, signal } = context
    const tables = await context.openSyncTables(tenantOf(context))
    const report = await tables.restore({ lockWaitMs: settings.lockWaitMs, signal })
    const text = () => oneLine(`${report.database} has ${counted(report.objects.length, 'object')} of the sync.`)
    return { exitCode: 0, report, text }
  },
}
