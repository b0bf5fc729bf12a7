import { type GraphHistoryOptions, graphHistory, type HistorySource } from '../../src/sync/index.js'
import { keptLog, quickClock } from './reading.js'

export const pageId = '104502211834771'
export const instagramId = '17841452691600098'

/** An answer of the API: a body, or what else it is. */
export interface Canned {
  readonly body: unknown
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

export interface CannedSource {
  readonly source: HistorySource
  readonly fetch: typeof globalThis.fetch
  readonly calls: readonly { readonly url: URL; readonly init: RequestInit }[]
  readonly log: readonly string[]
  readonly clock: ReturnType<typeof quickClock>
}

/** A source whose API gives these answers one after the other. A call without an answer fails. */
export function cannedSource(answers: readonly Canned[], options: Partial<GraphHistoryOptions> = {}): CannedSource {
  const calls: { readonly url: URL; readonly init: RequestInit }[] = []
  const logger = keptLog()
  const clock = quickClock()
  const fetch: CannedSource['fetch'] = async (input, init = {}) => {
    calls.push({ url: new URL(String(input)), init })
    const answer = answers[calls.length - 1]
    if (answer === undefined) throw new TypeError('there is no such answer')
    return new Response(JSON.stringify(answer.body), { status: answer.status ?? 200, headers: answer.headers ?? {} })
  }
  const source = graphHistory({
    pageId: options.login === 'instagram' ? instagramId : pageId,
    accessToken: 'a-token',
    login: 'facebook',
    fetch,
    pace: false,
    logger,
    clock,
    random: () => 0.5,
    ...options,
  })
  return { source, fetch, calls, log: logger.lines, clock }
}

export const lan = { name: 'Lan Trần', email: '6048213377712345@facebook.com', id: '6048213377712345' }
export const shop = { name: 'Shop Demo', email: '104502211834771@facebook.com', id: pageId }

/** A conversation of Lan and the page. */
export function conversation(messages: unknown, more: Readonly<Record<string, unknown>> = {}) {
  return { id: 't_1', updated_time: '2025-11-21T10:00:07+0000', participants: { data: [lan, shop] }, messages, ...more }
}

export function message(id: string, more: Readonly<Record<string, unknown>> = {}) {
  return { id, created_time: '2025-11-21T10:00:07+0000', from: lan, to: { data: [shop] }, message: 'hello', ...more }
}

/** A link to a next page as the API gives it. It has the token. */
export const next = 'https://graph.facebook.com/v24.0/t_1/messages?access_token=a-token&after=x'

/** A last page with one conversation. */
export const good: Canned = { body: { data: [conversation({ data: [message('m_1')] })] } }

/** An answer with an error of the API, which quotes the token. */
export const error = (code: number, status = 400, headers: Readonly<Record<string, string>> = {}, more = {}): Canned => ({
  body: { error: { message: 'Malformed access token a-token', code, ...more } },
  status,
  headers,
})
