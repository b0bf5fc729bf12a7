import { oneLine } from '../model/one-line.js'
import type { AdoptionLogger } from './adoption-logger.js'

/** A conversation as the lines of the log name it. */
export interface LoggedConversation {
  readonly id: string
  readonly oaId: string | null
}

/** The lines that a backfill writes, word for word. */
export function backfillLog(logger: AdoptionLogger | undefined) {
  const oa = ({ oaId }: LoggedConversation) => oaId ?? 'none'
  return {
    updated: (id: string, accountId: string) => logger?.info(oneLine(`Updated conversation ${id} with accountId: ${accountId}`)),
    orphan: (of: LoggedConversation) =>
      logger?.warn(oneLine(`WARNING: Conversation ${of.id} has no matching integration for oa_id: ${oa(of)}`)),
    withoutAccount: (of: LoggedConversation) =>
      logger?.warn(oneLine(`WARNING: The integration for oa_id: ${oa(of)} of conversation ${of.id} has no accountId`)),
    ambiguous: (of: LoggedConversation) =>
      logger?.warn(oneLine(`WARNING: Conversation ${of.id} has integrations of several accounts for oa_id: ${oa(of)}`)),
    withoutOaId: (of: LoggedConversation) => logger?.warn(oneLine(`WARNING: Conversation ${of.id} has no oa_id`)),
    found: (of: LoggedConversation) => logger?.info(oneLine(`Orphaned conversation found: ${of.id} (oa_id: ${oa(of)})`)),
    deleted: (id: string) => logger?.info(oneLine(`Deleted orphaned conversation: ${id}`)),
    quarantined: (id: string) => logger?.info(oneLine(`Quarantined orphaned conversation: ${id}`)),
  }
}

export type BackfillLog = ReturnType<typeof backfillLog>

/** A logger that keeps the lines of a batch until it is committed, because a batch that was rolled back did nothing. */
export function linesUntilCommit(logger: AdoptionLogger | undefined) {
  if (logger === undefined) return null
  const lines: (() => void)[] = []
  const later = (level: keyof AdoptionLogger) => (message: string, details?: Readonly<Record<string, unknown>>) => {
    lines.push(() => (details === undefined ? logger[level](message) : logger[level](message, details)))
  }
  return {
    logger: { debug: later('debug'), info: later('info'), warn: later('warn'), error: later('error') },
    tell: () => {
      for (const line of lines) line()
    },
  }
}
