import { jsonAnswer } from '../../http/json.js'
import { isConversationStoreError } from '../../model/errors.js'

const inProgress = 'Sync already in progress for this page. Please wait for it to complete.'
const soon = { 'Retry-After': '5' }

/**
 * The answer to a request whose sync failed. `session` is where to go on, if one had begun: the request may have come
 * without, and would otherwise begin again.
 *
 * The sentences are this library's own. A source's own words are for the log, because a host's source may quote what it
 * likes.
 */
export function failureAnswer(error: unknown, session: string | null): Response {
  const { status, sentence, headers = {} } = meaningOf(error)
  const goesOn = session !== null && status >= 500
  return jsonAnswer(status, { error: sentence, ...(goesOn && { resumeSession: session }) }, headers)
}

interface Meaning {
  readonly status: number
  readonly sentence: string
  readonly headers?: Readonly<Record<string, string>>
}

function meaningOf(error: unknown): Meaning {
  if (!isConversationStoreError(error)) return broken
  switch (error.code) {
    case 'SYNC_IN_PROGRESS':
      return { status: 409, sentence: inProgress }
    case 'SYNC_SESSION_NOT_FOUND':
      return { status: 404, sentence: 'There is no such session to resume. Start again without one.' }
    case 'SOURCE_UNAUTHORIZED':
      return { status: 502, sentence: 'The page refuses its access token. Get a new one, and resume.' }
    case 'SOURCE_UNAVAILABLE':
      return { status: 502, sentence: 'The page can not be read now. Resume later.', headers: later(error.details.retryAfterMs) }
    case 'LEASE_LOST':
      return error.details.reason === 'taken over' ? { status: 409, sentence: inProgress } : busy
    case 'ABORTED':
      return busy
    default:
      return error.retryable || error.code === 'COMMIT_OUTCOME_UNKNOWN' ? busy : broken
  }
}

const busy: Meaning = { status: 503, sentence: 'The sync could not go on now. Please try again.', headers: soon }
const broken: Meaning = { status: 500, sentence: 'The sync failed. The log of the server says why.' }

function later(retryAfterMs: number | null): Readonly<Record<string, string>> {
  return retryAfterMs === null ? {} : { 'Retry-After': String(Math.ceil(retryAfterMs / 1_000)) }
}
