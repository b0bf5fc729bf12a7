import { aborted } from '../../model/abort.js'
import { ConversationStoreError, isConversationStoreError } from '../../model/errors.js'
import type { HistoryPage, HistorySource } from '../source.js'
import type { SourceClock } from '../source-clock.js'
import { firstPauseMs, longestPauseMs, pagesTried } from './patience.js'

/** Reads a source page by page, from wherever it is told. */
export interface PageReader {
  /** The page at a cursor. Throws what the source throws, once trying again is of no use. */
  read(cursor: string | null, signal: AbortSignal): Promise<HistoryPage>
  /** Ends the reading. */
  end(): Promise<void>
}

/**
 * One iteration of the source serves as long as each page follows on the one before. A page that could not be read, or
 * that makes no sense, is asked for again a few times, from its cursor. A source that wants a long wait, or has tried
 * again by itself, is left alone: the session can be gone on with later.
 */
export function pageReader(source: HistorySource, since: Date | null, clock: SourceClock): PageReader {
  let reading: { readonly pages: AsyncIterator<HistoryPage>; next: string | null; readonly stop: AbortController } | null = null

  const end = async () => {
    const ended = reading
    reading = null
    ended?.stop.abort()
    await ended?.pages.return?.().catch(() => undefined)
  }

  const readOnce = async (cursor: string | null, signal: AbortSignal): Promise<HistoryPage> => {
    if (reading === null || reading.next !== cursor || cursor === null) {
      await end()
      const stop = new AbortController()
      const options = { cursor, signal: AbortSignal.any([signal, stop.signal]), ...(since !== null && { since }) }
      reading = { pages: source.pages(options)[Symbol.asyncIterator](), next: cursor, stop }
    }
    const { done, value } = await reading.pages.next()
    // A source that has nothing gives no page at all.
    const page: HistoryPage = done === true ? { conversations: [], cursor: null, invalid: [], unreadable: [] } : value
    requirePage(source, page, cursor)
    reading.next = page.cursor
    return page
  }

  return {
    end,
    async read(cursor, signal) {
      for (let attempt = 1; ; attempt++) {
        if (signal.aborted) throw abortReason(signal)
        try {
          return await readOnce(cursor, signal)
        } catch (thrown) {
          await end()
          if (signal.aborted) throw abortReason(signal)
          const error = asSourceError(source, thrown)
          const waitMs = pauseAfter(error, attempt)
          if (waitMs === null) throw error
          await clock.sleep(waitMs, signal)
        }
      }
    },
  }
}

/** How long to wait before a page is asked for again, or null where that is of no use. */
function pauseAfter(error: ConversationStoreError, attempt: number): number | null {
  if (!isConversationStoreError(error, 'SOURCE_UNAVAILABLE') || !error.retryable || attempt >= pagesTried) return null
  // The source has asked more than once, with pauses of its own. Another round at once would undo its patience.
  if (error.details.attempts > 1) return null
  const waitMs = error.details.retryAfterMs ?? firstPauseMs * 2 ** (attempt - 1)
  return waitMs > longestPauseMs ? null : waitMs
}

/** What ended the run: a lost lease, or the host's signal. */
function abortReason(signal: AbortSignal): unknown {
  return isConversationStoreError(signal.reason) ? signal.reason : aborted(signal)
}

/**
 * A source of the host's own may throw anything, and what it says may hold what people wrote. So only the name of such
 * an error is told, and the error itself is the cause.
 */
function asSourceError({ name }: HistorySource, thrown: unknown): ConversationStoreError {
  if (isConversationStoreError(thrown)) return thrown as ConversationStoreError
  const reason = `the source threw ${thrown instanceof Error ? thrown.name : typeof thrown}`
  return unusable(name, reason, { cause: thrown })
}

function requirePage({ name }: HistorySource, page: HistoryPage, cursor: string | null): void {
  const isList = (value: unknown) => Array.isArray(value)
  if (typeof page !== 'object' || page === null) throw unusable(name, 'a page is no object')
  const { conversations, invalid, unreadable } = page
  if (!isList(conversations) || !isList(invalid) || !isList(unreadable)) throw unusable(name, 'a page lacks one of its lists')
  if (page.cursor !== null && typeof page.cursor !== 'string') throw unusable(name, 'the cursor of a page is no text')
  // It would be read for ever.
  if (page.cursor !== null && page.cursor === cursor) throw unusable(name, 'the cursor of a page is where it was')
}

function unusable(source: string, reason: string, options: { readonly cause?: unknown } = {}): ConversationStoreError {
  return new ConversationStoreError('SOURCE_UNAVAILABLE', { source, attempts: 1, reason, retryAfterMs: null }, options)
}
