import type { ReplayedJournal } from '../../webhooks/index.js'
import { exitCodes } from '../exit-code.js'
import { counted } from '../output/text.js'
import { type Command, declined } from './command.js'
import { everyCommandsFlags } from './shared-flags.js'
import { filterOf, journalFlags, storeOf } from './webhooks-shared.js'

export const webhooksReplay: Command = {
  name: 'webhooks replay',
  summary: 'read kept bodies again, the oldest first; what was stored of them stays as it is',
  words: [{ name: 'id', optional: true }],
  flags: [...journalFlags, 'limit', 'yes', ...everyCommandsFlags],
  async run(context) {
    const { flags, words, signal, confirm } = context
    const [id] = words
    const { account: accountId = null, limit } = flags
    const whose = accountId === null ? 'that were nobody’s' : `of the account ${accountId}`
    if (!(await confirm(id === undefined ? `This reads the kept bodies ${whose} again that match.` : `This reads the body ${id} again.`)))
      return declined()
    // The command's other parts start without the channels.
    const webhooks = await import('../../webhooks/index.js')
    const { dialog360, evolution, instagram, messenger, telegram, twilio, whatsapp, widget, zalo } = webhooks
    const report = await webhooks.replayJournal(await storeOf(context), {
      channels: [messenger, instagram, whatsapp, dialog360, evolution, twilio, telegram, zalo, widget],
      accountId,
      ...(id === undefined ? filterOf(context) : { ids: [id] }),
      ...(limit !== undefined && { limit }),
      signal,
      logger: silentLogger,
    })
    const isWhole = report.failed === 0 && report.waiting === 0 && report.skipped === 0
    return { exitCode: isWhole ? exitCodes.done : exitCodes['some-failed'], report, text: () => textOf(report) }
  },
}

/** What becomes of each body is in its report. */
const silentLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

function textOf({ worked, waiting, failed, skipped }: ReplayedJournal): string {
  const others = [
    waiting > 0 && `${waiting} due again later`,
    failed > 0 && `${failed} failed`,
    skipped > 0 && `${skipped} not there, or at work elsewhere`,
  ].filter(Boolean)
  return [`${counted(worked, 'body was', 'bodies were')} read again`, ...others].join(', ')
}
