import {
  createInboxMigrationApi,
  type InboxMigrationApiOptions,
  type InboxMigrationAudit,
  type InboxMigrationStore,
} from '../../../src/inbox-migrations/index.js'

/** What a test asks: a method, what follows on the inbox's migrations, and a body. */
export interface Asking {
  readonly method?: string
  readonly account?: string
  readonly inbox?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Who asks: `<account> <user> <role>`. Null: nobody. */
  readonly as?: string | null
}

export interface Answered {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
  readonly json: any
}

/** An API over a store, to which callers say in a header who they are. */
export function hostedApi(store: InboxMigrationStore, options: Partial<InboxMigrationApiOptions> = {}) {
  const events: InboxMigrationAudit[] = []
  const lines: string[] = []
  const hear = (line: string): void => void lines.push(line)
  const handle = createInboxMigrationApi({
    store,
    authorize: (request) => {
      const [accountId = '', userId = '', role] = (request.headers.get('authorization') ?? '').split(' ')
      return accountId === '' ? null : { accountId, userId, isAdministrator: role === 'administrator' }
    },
    onAudit: (event) => void events.push(event),
    logger: { info: hear, warn: hear, error: hear },
    ...options,
  })
  const ask = async (rest: string, asking: Asking = {}): Promise<Answered> => {
    const answered = await handle(requestOf(rest, asking))
    return { status: answered.status, headers: answered.headers, json: await answered.json() }
  }
  return { handle, ask, events, lines }
}

export function requestOf(rest: string, asking: Asking = {}): Request {
  const { body, headers = {}, as = 'acme lan administrator', account = 'acme', inbox = 'twilio-1' } = asking
  const { method = body === undefined ? 'GET' : 'POST' } = asking
  const address = `https://host.example/api/v1/accounts/${account}/inboxes/${inbox}/migrations${rest}`
  return new Request(address, {
    method,
    headers: {
      ...(as !== null && { Authorization: as }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
}
