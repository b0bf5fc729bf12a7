import type { HistoryConversation, LeftOut } from '../source.js'
import type { SyncLogger } from '../sync-logger.js'

/** A conversation whose further messages have to be asked for. */
export interface Rest {
  readonly conversationId: string
  readonly customerId: string
  /** In milliseconds. */
  readonly updatedAt: number | null
  readonly after: string
}

/** What an answer of the API has been read to so far. */
export interface Collected {
  readonly conversations: HistoryConversation[]
  readonly rest: Rest[]
  readonly invalid: LeftOut[]
  readonly unreadable: LeftOut[]
}

export function nothingCollected(): Collected {
  return { conversations: [], rest: [], invalid: [], unreadable: [] }
}

/** An answer may have very many bad parts, and each has the same few reasons. */
const toldAtMost = 20

export function logLeftOut(logger: SyncLogger, { invalid, unreadable }: Collected): void {
  for (const { what, path, reason } of invalid.slice(0, toldAtMost)) {
    if (what === 'conversation') logger.warn(`[API Validation] Response validation failed: ${path} ${reason}`)
    else logger.warn(`[API Validation] Invalid ${what === 'participant' ? what : 'message'}: ${path} ${reason}`)
  }
  if (invalid.length > toldAtMost) logger.warn(`[API Validation] Invalid message: ${invalid.length - toldAtMost} more`)
  for (const { what, path, reason, count } of unreadable.slice(0, toldAtMost)) {
    logger.debug(`[Sync] ${count} ${what}(s) can not be read: ${path} ${reason}`)
  }
}
