import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Random } from '../../histories/random.js'
import { type AskedList, conversationsAnswer, type ListAnswer, messagesAnswer, sameCursorAgain } from './answers.js'
import type { FakeInbox } from './fake-inbox.js'
import type { Fault } from './faults.js'

export interface FakeGraphOptions {
  readonly inbox: FakeInbox
  readonly token?: string
  /** What goes wrong with the next call. Default: nothing. */
  readonly fault?: () => Fault | null
  /**
   * This share of the conversations gets a message and moves to the head while the list is read: by default two with
   * each page of the list, until it is the share.
   */
  readonly moves?: { readonly share: number; readonly random: Random; readonly atOnce?: number }
  /** Fields that it does not know. A call that names one is refused. */
  readonly unknownFields?: readonly string[]
  /** What each answer says of the limits. */
  readonly usage?: () => Readonly<Record<string, string>>
}

/** A Graph API on this machine. Its `fetch` is given to a source, and leads the API's hosts to it. */
export interface FakeGraph {
  readonly fetch: typeof globalThis.fetch
  /** The URLs that were asked for, as the source gave them. */
  readonly calls: readonly URL[]
  /** Where it listens, for the `fetch` of another process. */
  readonly origin: string
  /** How many calls came in, from whatever process. */
  readonly served: number
  /**
   * How many messages the inbox had when the head of the list was last asked for. A reader cannot know of later ones.
   */
  readonly heard: number
  close(): Promise<void>
}

/** A `fetch` that leads the API's hosts to the fake that listens there. */
export function fetchFrom(origin: string): typeof globalThis.fetch {
  return (input, init) => {
    const url = new URL(String(input))
    return fetch(`${origin}${url.pathname}${url.search}`, init)
  }
}

export async function startFakeGraph(options: FakeGraphOptions): Promise<FakeGraph> {
  const { token = 'a-token' } = options
  const { inbox, moves } = options
  let leftToMove = Math.round(inbox.conversations.length * (moves?.share ?? 0))
  const afterPage = () => {
    for (let moved = 0; moved < (moves?.atOnce ?? 2) && moves !== undefined && leftToMove > 0; moved++) {
      inbox.receive(moves.random.pick(inbox.conversations))
      leftToMove -= 1
    }
  }
  let served = 0
  let heard = 0
  const beforePage = ({ after }: AskedList) => {
    if (after === null) heard = inbox.said
  }
  const server = createServer((request, response) => {
    served += 1
    answer({ ...options, beforePage, afterPage }, token, request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const fetchHere = fetchFrom(origin)
  const calls: URL[] = []
  return {
    calls,
    origin,
    get served() {
      return served
    },
    get heard() {
      return heard
    },
    fetch: (input, init) => {
      calls.push(new URL(String(input)))
      return fetchHere(input, init)
    },
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

interface Answering extends FakeGraphOptions {
  readonly beforePage: (asked: AskedList) => void
  readonly afterPage: () => void
}

function answer(options: Answering, token: string, request: IncomingMessage, response: ServerResponse): void {
  const headers = options.usage?.() ?? {}
  const given = answerTo(options, token, request)
  if ('error' in given) {
    const { status, code, message } = given.error
    send(response, status, JSON.stringify({ error: { message, type: 'OAuthException', code, fbtrace_id: 'x' } }), {
      ...headers,
      ...given.headers,
    })
    return
  }
  const text = JSON.stringify(given.list)
  const half = text.slice(0, text.length / 2)
  if (given.ending === 'cut') {
    response.writeHead(200, { 'content-length': String(Buffer.byteLength(text)), ...headers })
    response.write(half, () => response.destroy())
    return
  }
  send(response, 200, given.ending === 'half' ? half : text, headers)
}

type Given =
  | { readonly list: ListAnswer; readonly ending?: 'cut' | 'half' }
  | {
      readonly error: { readonly status: number; readonly code: number; readonly message: string }
      readonly headers?: Readonly<Record<string, string>>
    }

function answerTo(options: Answering, token: string, request: IncomingMessage): Given {
  const refused = (status: number, code: number, message: string, headers: Readonly<Record<string, string>> = {}): Given => ({
    error: { status, code, message },
    headers,
  })
  // The API itself quotes a token that it does not accept.
  if (request.headers.authorization !== `Bearer ${token}`)
    return refused(400, 190, `Malformed access token ${request.headers.authorization}`)
  const asked = askedIn(request, token)
  const unknown = options.unknownFields?.find((name) => asked.fields.split(/[^a-z_]+/).includes(name))
  if (unknown !== undefined) return refused(400, 100, `(#100) Tried accessing nonexisting field (${unknown})`)
  const fault = options.fault?.() ?? null
  if (fault?.kind === 'error') return refused(fault.status, fault.code, 'something is wrong', fault.headers)
  const list = listFor(options, { ...asked, limit: fault?.kind === 'short page' ? 1 : asked.limit })
  if (list === null) return refused(400, 803, 'there is no such object')
  if (fault?.kind === 'cut' || fault?.kind === 'half') return { list, ending: fault.kind }
  return { list: fault?.kind === 'empty page' ? emptied(list, asked) : list }
}

function listFor({ inbox, beforePage, afterPage }: Answering, asked: AskedList): ListAnswer | null {
  if (asked.edge === 'messages') {
    const conversation = inbox.conversations.find(({ id }) => id === asked.owner)
    return conversation === undefined ? null : messagesAnswer(inbox, conversation, asked)
  }
  if (asked.owner !== inbox.pageId) return null
  beforePage(asked)
  const list = conversationsAnswer(inbox, asked)
  afterPage()
  return list
}

/** Nothing, and a cursor to what would have stood there. A page without a cursor to start from can not be emptied. */
function emptied(list: ListAnswer, { after }: AskedList): ListAnswer {
  if (after === null || list.paging === undefined) return list
  const cursor = sameCursorAgain(after)
  return { data: [], paging: { cursors: { before: cursor, after: cursor }, next: list.paging.next ?? 'https://graph.facebook.com/next' } }
}

function askedIn(request: IncomingMessage, token: string): AskedList & { readonly fields: string } {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
  const [, , owner = '', edge = ''] = pathname.split('/')
  const fields = searchParams.get('fields') ?? ''
  const messages = Number(/messages\.limit\((\d+)\)/.exec(fields)?.[1] ?? 0)
  const limit = Number(searchParams.get('limit'))
  return {
    owner: decodeURIComponent(owner),
    edge,
    after: searchParams.get('after'),
    limit,
    messages,
    host: 'graph.facebook.com',
    token,
    fields,
  }
}

function send(response: ServerResponse, status: number, text: string, headers: Readonly<Record<string, string>>): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(text)
}
