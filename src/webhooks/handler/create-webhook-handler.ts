import { answer, refusal } from '../../http/answers.js'
import { loggableError } from '../../http/loggable-error.js'
import { readRawBody } from '../../http/raw-body.js'
import { longestRetentionMs } from '../../model/limits.js'
import { refusal as refusalOfOptions } from '../../model/validation/refusal.js'
import { ingestRead } from '../ingest-webhook.js'
import { hasJournal } from '../journal/journal-store.js'
import { dayMs, keepBody } from '../journal/keep-body.js'
import { readWebhook } from '../read-webhook.js'
import { consoleLogger } from '../webhook-logger.js'
import type { WebhookReport } from '../webhook-report.js'
import { withinBudget } from './budget.js'
import { answerChallenge } from './challenge.js'
import { failureAnswer } from './failures.js'
import type { WebhookHandler, WebhookHandlerOptions } from './options.js'
import { verifyRequest } from './verification.js'
import { workKept } from './work-kept.js'

/** 16 MiB: WhatsApp sends the history of thousands of messages in one body. */
const defaultMaxBodyBytes = 16_777_216

/**
 * Makes a handler that takes a channel's webhooks: it checks the signature over the raw bytes, writes what is in the
 * body, and answers what the channel expects. It is fetch-style, `(request: Request) => Promise<Response>`;
 * `toNodeHandler` turns it into one for `node:http`, Express and Fastify.
 *
 * 200: the body was stored, known, ignored, invalid or nobody's; `onReport` gets the report. 403: no valid signature.
 * 405, 413, 415: another method, too large, another media type. 5xx: the database could not take the body, or something
 * on the host's side is wrong, so the channel has to send the body again.
 *
 * The handler never rejects. This function throws VALIDATION_FAILED for options with which nothing could be taken.
 */
export function createWebhookHandler<S>(options: WebhookHandlerOptions<S>): WebhookHandler {
  checkOptions(options)
  const { logger = consoleLogger } = options
  return async (request) => {
    try {
      return await answerRequest(request, options)
    } catch (error) {
      logger.error('[Webhook] A request could not be taken, and is answered with a 5xx', loggableError(error))
      return failureAnswer(error)
    }
  }
}

function checkOptions<S>({ channel, store, journal, maxBodyBytes = 1, budgetMs = 1 }: WebhookHandlerOptions<S>): void {
  if (typeof channel?.normalize !== 'function') throw refusalOfOptions(['channel'], 'must be an imported channel, e.g. messenger')
  if (typeof channel.protocol?.verify !== 'function') {
    throw refusalOfOptions(['channel', 'protocol'], 'must say how the webhooks are signed, e.g. metaProtocol')
  }
  for (const [name, value] of Object.entries({ maxBodyBytes, budgetMs })) {
    if (!(Number.isSafeInteger(value) && value > 0)) throw refusalOfOptions([name], 'must be a whole number above 0')
  }
  if (journal === undefined) return
  if (!hasJournal(journal.store ?? store)) {
    throw refusalOfOptions(['journal', 'store'], 'must be the store that keeps the journal, where `store` is a function or a transaction')
  }
  const { retainDays } = journal
  if (!(Number.isSafeInteger(retainDays) && retainDays > 0 && retainDays <= longestRetentionMs / dayMs)) {
    throw refusalOfOptions(['journal', 'retainDays'], `must be a whole number from 1 to ${longestRetentionMs / dayMs}`)
  }
}

async function answerRequest<S>(request: Request, options: WebhookHandlerOptions<S>): Promise<Response> {
  const { protocol } = options.channel
  if (request.method === 'GET' && protocol.challenge) return answerChallenge(request, options.verifyToken)
  if (request.method !== 'POST') {
    return refusal(405, 'this method is not taken here', { Allow: protocol.challenge ? 'GET, POST' : 'POST' })
  }
  if (!isTaken(request.headers, protocol.contentTypes)) return refusal(415, `the body must be ${protocol.contentTypes.join(' or ')}`)
  const body = await readRawBody(request, options.maxBodyBytes ?? defaultMaxBodyBytes)
  if ('unusable' in body) {
    return body.unusable === 'too large' ? refusal(413, 'the body is too large') : refusal(400, 'the body ended early')
  }
  const given = 'bytes' in body ? body.bytes : body.readBefore
  return answerPost(request, given, options)
}

async function answerPost<S>(request: Request, body: unknown, options: WebhookHandlerOptions<S>): Promise<Response> {
  const { logger = consoleLogger, channel } = options
  const oaId = (await options.inbox?.(request)) ?? null
  const { verdict, read: readBefore } = await verifyRequest(request, body, oaId, options)
  if (!verdict.valid) {
    logger.warn(`[Webhook] Refused a request of ${channel.channel}: ${verdict.reason}`, { cause: verdict.cause })
    return refusal(403, verdict.reason)
  }
  const given = { ...options, ...(oaId !== null && { oaId }) }
  // A body may be large, so it is read once.
  const read = readBefore ?? readWebhook(channel, body, given)
  const keeper = options.journal?.store ?? options.store
  if (options.journal !== undefined && hasJournal(keeper)) {
    const kept = await keepBody(keeper, channel, read, options.journal, { ...given, into: options.store })
    if (kept !== null) {
      await workKept(keeper, kept, request, options)
      return answer(200, channel.protocol.answer)
    }
  }
  // This is not awaited here, because whatever waits keeps its body, and a body may be large.
  return answerWork(request, ingestRead(options.store, channel, read.normalized, given), options)
}

async function answerWork<S>(request: Request, work: Promise<WebhookReport>, options: WebhookHandlerOptions<S>): Promise<Response> {
  const { logger = consoleLogger, channel } = options
  const report = await withinBudget(work, options.budgetMs, (error) =>
    logger.error('[Webhook] A body that was answered with 503 could not be taken either', loggableError(error)),
  )
  if (report === null) {
    logger.warn(`[Webhook] A body of ${channel.channel} is still being written after ${options.budgetMs} ms`)
    return refusal(503, 'the body is still being written: send it again', { 'Retry-After': '5' })
  }
  try {
    await options.onReport?.(report, request)
  } catch (error) {
    logger.error('[Webhook] onReport failed; the body was taken all the same', loggableError(error))
  }
  return answer(200, channel.protocol.answer)
}

function isTaken(headers: Headers, contentTypes: readonly string[]): boolean {
  const encoding = headers.get('content-encoding') ?? 'identity'
  const [type = ''] = (headers.get('content-type') ?? '').split(';')
  return encoding === 'identity' && (type === '' || contentTypes.includes(type.trim().toLowerCase()))
}
