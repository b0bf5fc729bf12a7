import type { InboxMigrationAudit } from '../../inbox-migrations/index.js'
import { exitCodes } from '../exit-code.js'
import { counted } from '../output/text.js'
import type { Command } from './command.js'
import { everyCommandsFlags } from './shared-flags.js'
import { syncStoreOf, tenantFlag } from './sync-shared.js'

export const inboxMigrationWork: Command = {
  name: 'inbox-migration work',
  summary: 'work on the migrations of all accounts, until it is stopped; with --stop-when-idle, until nothing is left',
  words: [],
  flags: [...tenantFlag, 'at-once', 'stop-when-idle', ...everyCommandsFlags],
  async run(context) {
    const { flags, signal, logger, settings } = context
    const store = await syncStoreOf(context)
    const { work } = await import('../../inbox-migrations/index.js')
    const ended: InboxMigrationAudit[] = []
    await work(store, {
      signal,
      logger,
      concurrency: flags.atOnce ?? 1,
      stopWhenIdle: flags.stopWhenIdle ?? false,
      onAudit: async (event) => {
        ended.push(event)
        await settings.inboxMigrations?.onAudit?.(event)
      },
    })
    const failed = ended.filter(({ status }) => status === 'failed').length
    return {
      exitCode: failed > 0 ? exitCodes.error : exitCodes.done,
      report: { ended },
      text: () => `${counted(ended.length, 'migration')} came to an end here${failed > 0 ? `, ${failed} of them failed` : ''}.`,
    }
  },
}
