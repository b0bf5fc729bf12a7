import { type ConversationStore, createConversationStore } from '../../../src/index.js'
import { memory } from '../../../src/memory/index.js'
import {
  type AskedSource,
  createSyncHandler,
  type HistoryPage,
  type HistorySource,
  type SyncHandlerOptions,
  type SyncRun,
} from '../../../src/sync/index.js'
import { heardLogger } from '../../webhooks/handler/signed-post.js'

export const address = 'https://host.example/api/conversations/sync-fixed'

/** A page with one message of each of these customers. */
export function pageOf(cursor: string | null, ...customers: readonly string[]): HistoryPage {
  const conversations = customers.map((customerId) => ({
    customerId,
    updatedAt: null,
    events: [
      {
        type: 'message' as const,
        messageId: `m-${customerId}`,
        direction: 'inbound' as const,
        occurredAt: new Date('2024-03-01T09:00:00Z'),
        text: `from ${customerId}`,
      },
    ],
  }))
  return { conversations, cursor, invalid: [], unreadable: [] }
}

export interface ListedSource extends HistorySource {
  /** The cursors from which it was read. */
  readonly begun: readonly (string | null)[]
}

/** A source of these pages in no order. `before` is called before each page is given. */
export function listedSource(
  pages: readonly HistoryPage[],
  before: (at: number, signal?: AbortSignal) => unknown = () => {},
): ListedSource {
  const begun: (string | null)[] = []
  return {
    name: 'listed',
    order: 'none',
    begun,
    async *pages({ cursor, signal }) {
      begun.push(cursor)
      for (let at = cursor === null ? 0 : Number(cursor); at < pages.length; at += 1) {
        signal?.throwIfAborted()
        await before(at, signal)
        signal?.throwIfAborted()
        const page = pages[at]
        if (page !== undefined) yield page
      }
    },
  }
}

export const threePages = [pageOf('1', 'lan', 'hoa'), pageOf('2', 'minh'), pageOf(null, 'an')]

export function post(body: unknown, headers: Readonly<Record<string, string>> = {}): Request {
  return new Request(address, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'Content-Type': 'application/json', Authorization: 'acme', ...headers },
  })
}

export async function answerOf(answered: Promise<Response>): Promise<readonly [number, Readonly<Record<string, unknown>>]> {
  const response = await answered
  return [response.status, Object(await response.json())]
}

/** A host whose requests name their account in a header, over a memory store. */
export async function hostedSync(options: Partial<SyncHandlerOptions> = {}) {
  const store: ConversationStore = createConversationStore({ adapter: memory() })
  await store.migrate()
  const asked: AskedSource[] = []
  const runs: SyncRun[] = []
  const { lines, logger } = heardLogger()
  const handle = createSyncHandler({
    store,
    authorize: (request) => request.headers.get('authorization'),
    source: (each) => {
      asked.push(each)
      return listedSource(threePages)
    },
    onResult: (run) => void runs.push(run),
    logger,
    ...options,
  })
  const count = (accountId = 'acme') => store.forAccount(accountId).countConversations()
  return { store, handle, asked, runs, lines, count }
}
