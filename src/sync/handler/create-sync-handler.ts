import { failed, isJson, jsonAnswer } from '../../http/json.js'
import { loggableError } from '../../http/loggable-error.js'
import { readRawBody } from '../../http/raw-body.js'
import { isConversationStoreError } from '../../model/errors.js'
import { refusal } from '../../model/validation/refusal.js'
import type { SyncRun } from '../engine/options.js'
import type { AskedSource } from '../source-of.js'
import { consoleLogger } from '../sync-logger.js'
import { failureAnswer } from './answers.js'
import type { SyncHandler, SyncHandlerOptions } from './options.js'
import { pulledInTime } from './pulled-in-time.js'
import { type AskedPull, readAskedPull } from './read-body.js'

const defaultMaxBodyBytes = 16_384

/**
 * Makes a handler that pulls the history of an inbox, a part with each request. It is fetch-style,
 * `(request: Request) => Promise<Response>`; `toNodeHandler` turns it into one for `node:http`, Express and Fastify.
 *
 * It takes a POST of JSON: `{ pageId, facebookPageId, resumeSession: null }` or `{ oaId, resumeSession }` starts, and
 * with the session of the last answer goes on. The answer is `{ hasMore, resumeSession }`.
 *
 * Every other answer is `{ error }`. 400: the body is none. 401: `authorize` knows nobody. 404: no such inbox, or no
 * such session. 405, 413, 415: another method, too large, another media type. 409: another sync of this inbox is at
 * work. 502: the source refused; `resumeSession` beside the error says where to go on. 503: the database could not take
 * it now. 500: something on the host's side is wrong, and the log says what.
 *
 * When the client goes away, the sync stops, and its session can be resumed. The handler never rejects. This function
 * throws VALIDATION_FAILED for options with which nothing could be pulled.
 */
export function createSyncHandler(options: SyncHandlerOptions): SyncHandler {
  checkOptions(options)
  const { logger = consoleLogger } = options
  return async (request) => {
    try {
      return await answerRequest(request, options)
    } catch (error) {
      logger.error('[Sync] A request failed', loggableError(error))
      return failureAnswer(error, null)
    }
  }
}

function checkOptions({ store, authorize, source, budget = {}, maxBodyBytes = 1 }: SyncHandlerOptions): void {
  for (const [name, value] of Object.entries({ authorize, source })) {
    if (typeof value !== 'function') throw refusal([name], 'must be a function')
  }
  if (typeof store !== 'function' && typeof store?.forAccount !== 'function') throw refusal(['store'], 'must be a store, or a function')
  for (const [path, value] of [
    [['budget', 'ms'], budget.ms],
    [['budget', 'pages'], budget.pages],
    [['maxBodyBytes'], maxBodyBytes],
  ] as const) {
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) throw refusal(path, 'must be a whole number above 0')
  }
}

async function answerRequest(request: Request, options: SyncHandlerOptions): Promise<Response> {
  if (request.method !== 'POST') return failed(405, 'Only POST is taken here.', { Allow: 'POST' })
  const accountId = await options.authorize(request)
  if (typeof accountId === 'object' && accountId !== null) return accountId
  // A host without type checks may have `undefined` for nobody.
  if (typeof accountId !== 'string' || accountId === '') return failed(401, 'Not authorized.')
  if (!isJson(request.headers)) return failed(415, 'The body must be application/json.')
  const body = await readRawBody(request, options.maxBodyBytes ?? defaultMaxBodyBytes)
  if ('unusable' in body)
    return body.unusable === 'too large' ? failed(413, 'The body is too large.') : failed(400, 'The body ended early.')
  const asked = pullIn('bytes' in body ? body.bytes : body.readBefore)
  if ('refused' in asked) return failed(400, asked.refused)
  return answerPull(request, accountId, asked, options)
}

function pullIn(body: unknown): AskedPull | { readonly refused: string } {
  try {
    return readAskedPull(body)
  } catch (error) {
    if (!isConversationStoreError(error, 'VALIDATION_FAILED')) throw error
    return { refused: error.details.issues.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; ') }
  }
}

async function answerPull(request: Request, accountId: string, pull: AskedPull, options: SyncHandlerOptions): Promise<Response> {
  const { logger = consoleLogger } = options
  const { oaId, pageId, resumeSession } = pull
  const asked = { accountId, oaId, pageId }
  // A host without type checks may have `undefined` for none.
  const store = (typeof options.store === 'function' ? await options.store(accountId) : options.store) ?? null
  const source = store === null ? null : ((await options.source(asked)) ?? null)
  if (store === null || source === null) return failed(404, 'There is no such page.')
  const pulled = await pulledInTime(store.forAccount(accountId), source, { oaId, resumeSession, stopped: request.signal }, options)
  if ('error' in pulled) {
    const { error, session } = pulled
    const answered = failureAnswer(error, session)
    // That another one is at work, or that a session is over, is part of every day.
    const level = answered.status === 500 ? 'error' : answered.status < 500 ? 'debug' : 'warn'
    logger[level](`[Sync] A request is answered with ${answered.status}`, { ...asked, session, ...loggableError(error) })
    return answered
  }
  if ('run' in pulled) await tell(pulled.run, asked, options)
  const { hasMore, resumeSession: next } = 'run' in pulled ? pulled.run : { hasMore: true, resumeSession: pulled.session }
  return jsonAnswer(200, { hasMore, resumeSession: next })
}

async function tell(run: SyncRun, asked: AskedSource, { onResult, logger = consoleLogger }: SyncHandlerOptions): Promise<void> {
  try {
    await onResult?.(run, asked)
  } catch (error) {
    logger.error('[Sync] onResult failed; what was pulled is stored all the same', loggableError(error))
  }
}
