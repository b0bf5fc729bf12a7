import { aborted, requireNotAborted } from '../../model/abort.js'
import { ConversationStoreError } from '../../model/errors.js'
import { growingBound, jitteredPause } from '../../store/jittered-pause.js'
import { parseExactly } from '../../webhooks/reading/parse-exactly.js'
import { type Answer, answerOf, validationFailed } from './answers.js'
import type { GraphAccess } from './options.js'
import { createPacer, longestWaitMs } from './pacing.js'
import { fieldSetsOf, type GraphRequest, sizeOf, urlOf } from './requests.js'
import { readUsage } from './usage.js'

/** What a reader makes of the body of an answer, or why it is none. */
export type BodyReading<T> = { readonly read: T } | { readonly failed: string }

export interface GraphClient {
  /**
   * Asks until there is an answer that `read` can use, and then returns what it reads. Returns `notGiven` when the API
   * knows what is asked for and does not give it. Throws SOURCE_UNAUTHORIZED, SOURCE_UNAVAILABLE and ABORTED.
   */
  get<T>(
    request: GraphRequest,
    read: (body: unknown, size: number) => BodyReading<T>,
    signal: AbortSignal | null,
  ): Promise<{ readonly read: T } | { readonly notGiven: string }>
}

/** How often something is asked for, the first time included. */
const attemptsAtMost = 6
/** An answer that is longer is asked for again in smaller parts, because a page has to fit into one write. */
const longestAnswer = 4_000_000

export function createGraphClient(access: GraphAccess, callTimeoutMs = 60_000): GraphClient {
  const { host, logger, clock, random } = access
  const pacer = createPacer(access)
  let fieldSet = 0

  function unavailable(attempts: number, reason: string, again: { readonly retryable: boolean; readonly retryAfterMs?: number | null }) {
    const details = { source: host, attempts, reason, retryAfterMs: again.retryAfterMs ?? null }
    return new ConversationStoreError('SOURCE_UNAVAILABLE', details, { retryable: again.retryable })
  }

  async function ask(url: URL, signal: AbortSignal | null): Promise<Answer> {
    let given: { readonly status: number; readonly headers: Headers; readonly text: string }
    try {
      given = await fetchText(access, url, callTimeoutMs, signal)
    } catch (error) {
      if (signal?.aborted) throw aborted(signal)
      return { kind: 'transient', reason: `the connection failed: ${nameOf(error)}`, tooMuch: false }
    }
    const usage = readUsage(given.headers)
    pacer.learn(usage)
    if (given.text.length > longestAnswer) return { kind: 'transient', reason: 'the answer is too long', tooMuch: true }
    return answerOf(given.status, parsed(given.text), usage, access.version)
  }

  /** Waits before the next attempt, or throws when there is none. */
  async function pause(answer: Answer & { kind: 'transient' | 'throttled' }, attempt: number, signal: AbortSignal | null) {
    const regainMs = answer.kind === 'throttled' ? answer.regainMs : null
    const isInvalid = answer.reason.startsWith(validationFailed)
    logger.warn(`${isInvalid ? '[API Validation]' : '[Sync]'} ${answer.reason} (${host}, attempt ${attempt})`)
    if (attempt >= attemptsAtMost || (regainMs ?? 0) > longestWaitMs) {
      throw unavailable(attempt, answer.reason, { retryable: true, retryAfterMs: regainMs })
    }
    // The time that the API asks for is waited in full, and only what comes on top of it is random.
    if (regainMs !== null) await clock.sleep(regainMs, signal)
    requireNotAborted(signal)
    const [firstMs, longestMs] = answer.kind === 'throttled' ? [30_000, longestWaitMs] : [1000, 30_000]
    const boundMs = regainMs === null ? growingBound(firstMs, attempt, longestMs) : firstMs
    await jitteredPause(boundMs, { atLeastHalf: regainMs === null, signal, random, sleep: (ms, by) => clock.sleep(ms, by) })
    requireNotAborted(signal)
  }

  return {
    async get(request, read, signal) {
      let set = fieldSet
      let halvings = 0
      for (let attempt = 1; ; ) {
        requireNotAborted(signal)
        const wait = await pacer.turn(signal)
        if (wait !== null) throw unavailable(attempt - 1, 'its limits are reached', { retryable: true, retryAfterMs: wait.tooLongMs })
        const answer = readBody(await ask(urlOf(access, request, set, halvings), signal), (body) => read(body, sizeOf(request, halvings)))
        switch (answer.kind) {
          case 'read':
            if (set !== fieldSet) logger.warn(`[Sync] ${host} does not know all fields of messages, so fewer are read`)
            fieldSet = set
            return { read: answer.read }
          case 'unauthorized':
            throw new ConversationStoreError('SOURCE_UNAUTHORIZED', { source: host, reason: answer.reason })
          case 'refused':
            throw unavailable(attempt, answer.reason, { retryable: false })
          case 'not given':
            // It may be a field that is not known, which a smaller set of fields tells.
            if (set + 1 >= fieldSetsOf(access)) return { notGiven: answer.reason }
            set += 1
            break
          default:
            await pause(answer, attempt, signal)
            if (answer.kind === 'transient' && answer.tooMuch) halvings += 1
            attempt += 1
        }
      }
    },
  }
}

/** A body that cannot be read may be a broken one, so it is asked for again. */
function readBody<T>(answer: Answer, read: (body: unknown) => BodyReading<T>) {
  if (answer.kind !== 'body') return answer
  const reading = read(answer.body)
  if ('read' in reading) return { kind: 'read', read: reading.read } as const
  return { kind: 'transient', reason: `${validationFailed}${reading.failed}`, tooMuch: false } as const
}

async function fetchText(access: GraphAccess, url: URL, timeoutMs: number, signal: AbortSignal | null) {
  const { fetch, accessToken } = access
  const stop = new AbortController()
  const onAbort = () => stop.abort()
  signal?.addEventListener('abort', onAbort, { once: true })
  const timer = setTimeout(onAbort, timeoutMs)
  try {
    // A redirect is not followed, so nobody else gets the token. Frameworks that keep answers of `fetch` keep none of
    // these.
    const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' }
    const init = { headers, redirect: 'manual', cache: 'no-store', signal: stop.signal } as const
    const response = await fetch(url, init)
    return { status: response.status, headers: response.headers, text: await response.text() }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

function parsed(text: string): { readonly body: unknown } | null {
  try {
    return { body: parseExactly(text) }
  } catch {
    return null
  }
}

/** The code or the name of an error of `fetch`. Its message may quote the headers. */
function nameOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? cause.code : null
  const name = typeof code === 'string' ? code : cause instanceof Error ? cause.name : 'unknown'
  return /^\w{1,64}$/.test(name) ? name : 'unknown'
}
