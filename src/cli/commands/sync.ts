import type { SyncProgress, SyncRun } from '../../sync/index.js'
import { exitCodes } from '../exit-code.js'
import { counted, oneLine } from '../output/text.js'
import type { Command, CommandContext } from './command.js'
import { everyCommandsFlags } from './shared-flags.js'
import { durationText, namedInbox, resumingText, syncStoreOf, tenantFlag, tenantOf } from './sync-shared.js'
import { sourceOfInbox } from './sync-source.js'

export const sync: Command = {
  name: 'sync',
  summary: 'pull the history of an inbox from its source, or go on with it',
  words: [],
  flags: [...tenantFlag, 'account', 'inbox', 'resume', 'budget', 'incremental', ...everyCommandsFlags],
  async run(context) {
    const { flags, signal, logger, showProgress } = context
    const { accountId, oaId } = namedInbox(context)
    const account = (await syncStoreOf(context)).forAccount(accountId)
    const source = await sourceOfInbox(context, account, { accountId, oaId, pageId: null })
    // The command's other parts start without the sync.
    const { sessionToResume, syncConversations } = await import('../../sync/index.js')
    try {
      const run = await syncConversations(account, {
        oaId,
        source,
        resumeSession: flags.resume ?? null,
        incremental: flags.incremental ?? false,
        ...(flags.budget !== undefined && { budget: { ms: flags.budget } }),
        signal,
        logger,
        onProgress: (progress) => showProgress(progressText(progress)),
      })
      const exitCode = run.hasMore ? exitCodes.pending : exitCodes.done
      return { exitCode, report: { accountId, oaId, ...run }, text: () => textOf(run, context) }
    } catch (error) {
      const session = sessionToResume(error)
      if (session !== null) logger.warn(oneLine(`it stopped, and can be gone on with: ${resuming(context, session)}`))
      throw error
    }
  },
}

function progressText({ pages, messages, messagesPerSecond, remainingMs, phase }: SyncProgress): string {
  const rate = `${counted(pages, 'page')}, ${counted(messages, 'new message')}, ${Math.round(messagesPerSecond)} a second`
  const left = remainingMs === null ? '' : `, about ${durationText(remainingMs)} left`
  return `${rate}${phase === 'head' ? ', looking at what changed meanwhile' : left}`
}

function textOf(run: SyncRun, context: CommandContext): string {
  const { pages, conversations, created, messages, duplicates, invalid, unreadable, elapsedMs, resumeSession } = run
  const told = [
    `${counted(pages, 'page')} with ${counted(conversations, 'conversation')}, ${created} of them new`,
    `${counted(messages, 'new message')}, ${duplicates} known`,
    ...(invalid > 0 ? [`${invalid} could not be used`] : []),
    ...(unreadable > 0 ? [`${unreadable} can not be read at the source`] : []),
    `in ${durationText(elapsedMs)}`,
  ].join(', ')
  return resumeSession === null ? `${told}.\nThe history is complete.` : `${told}.\nThere is more: ${resuming(context, resumeSession)}`
}

function resuming(context: CommandContext, session: string): string {
  return resumingText({ ...namedInbox(context), session, tenantId: tenantOf(context) })
}
