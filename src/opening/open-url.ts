import { ConversationStoreError } from '../model/errors.js'
import { refusal } from '../model/validation/refusal.js'
import type { ConversationAdapter, ConversationOperations } from '../store/adapter.js'
import { installed } from './installed.js'

/** What opens the databases of one kind of URL. */
type Opener = (url: string) => Promise<ConversationAdapter>

const openers: Readonly<Record<string, Opener>> = {
  'postgres:': openPostgres,
  'postgresql:': openPostgres,
  'mongodb:': openMongo,
  'mongodb+srv:': openMongo,
  'pglite:': openPglite,
  'memory:': async () => (await import('../memory/index.js')).memory(),
}

/** An adapter that opens its database with the first call that needs it, and ends it in `close()`. Throws VALIDATION_FAILED for an unknown scheme. */
export function openUrl(url: string): ConversationAdapter {
  const open = typeof url === 'string' ? openers[url.slice(0, url.indexOf(':') + 1).toLowerCase()] : undefined
  // The URL itself may hold a password.
  if (open === undefined) throw refusal(['url'], `must begin with ${Object.keys(openers).join(', ')}`)
  if (/^pglite:(\/\/)?$/i.test(url)) throw refusal(['url'], 'must name a directory: pglite:./directory')

  let opening: Promise<ConversationAdapter> | undefined
  let closed = false
  const adapter = async (): Promise<ConversationAdapter> => {
    // A call may have been begun before: what it opened now, nobody would end.
    if (closed && opening === undefined) throw new ConversationStoreError('STORE_CLOSED', {})
    const opened =
      opening ??
      open(url).catch((error: unknown) => {
        // The next call tries again: the server may be up by then, or the directory free.
        opening = undefined
        throw error
      })
    opening = opened
    return opened
  }

  return {
    name: url.slice(0, url.indexOf(':')),
    operations: forwarding(async () => (await adapter()).operations),
    using: (transaction) => forwarding(async () => (await adapter()).using(transaction)),
    migrate: async () => (await adapter()).migrate(),
    checkSchema: async () => (await adapter()).checkSchema(),
    async close() {
      closed = true
      // One that could not be opened has nothing to end.
      const opened = await opening?.catch(() => undefined)
      await opened?.close()
    },
  }
}

async function openPostgres(url: string): Promise<ConversationAdapter> {
  const [{ postgres }, { default: pg }] = await Promise.all([
    import('../postgres/index.js'),
    installed(import('pg'), 'opening a postgres:// url', 'pg'),
  ])
  // The pool would read it with every connection that it makes, and fail as if the server could not be reached.
  wellFormed(() => new pg.Client({ connectionString: url }))
  const pool = new pg.Pool({ connectionString: url })
  // An idle connection that the server ends is replaced with the next call; unheard, its error would end the process.
  pool.on('error', () => {})
  return owning(postgres({ pool }), () => pool.end())
}

async function openMongo(url: string): Promise<ConversationAdapter> {
  const [{ mongo }, { MongoClient }] = await Promise.all([
    import('../mongo/index.js'),
    installed(import('mongodb'), 'opening a mongodb:// url', 'mongodb'),
  ])
  const { client, db } = wellFormed(() => {
    const made = new MongoClient(url)
    return { client: made, db: made.db().databaseName }
  })
  return owning(mongo({ client, db }), () => client.close())
}

async function openPglite(url: string): Promise<ConversationAdapter> {
  const [{ postgres }, { openDataDir }, { PGlite }] = await Promise.all([
    import('../postgres/index.js'),
    import('./open-data-dir.js'),
    installed(import('@electric-sql/pglite'), 'opening a pglite: url', '@electric-sql/pglite'),
  ])
  const { instance, release } = await openDataDir(url.replace(/^pglite:(\/\/)?/i, ''), (directory) => PGlite.create(directory))
  return owning(postgres({ pool: instance }), release)
}

/** Without a cause: a driver's error may quote the URL, and the URL may hold a password. */
function wellFormed<T>(read: () => T): T {
  try {
    return read()
  } catch {
    throw refusal(['url'], 'must be a connection string that the driver takes, without unknown options')
  }
}

function owning(adapter: ConversationAdapter, end: () => Promise<void>): ConversationAdapter {
  return {
    name: adapter.name,
    operations: adapter.operations,
    using: (transaction) => adapter.using(transaction),
    migrate: () => adapter.migrate(),
    checkSchema: () => adapter.checkSchema(),
    async close() {
      try {
        await adapter.close()
      } finally {
        await end()
      }
    },
  }
}

function forwarding(operations: () => Promise<ConversationOperations>): ConversationOperations {
  return {
    upsertConversations: async (input) => (await operations()).upsertConversations(input),
    updateConversation: async (input) => (await operations()).updateConversation(input),
    closeConversation: async (input) => (await operations()).closeConversation(input),
    snoozeConversation: async (input) => (await operations()).snoozeConversation(input),
    reopenConversation: async (input) => (await operations()).reopenConversation(input),
    markRead: async (input) => (await operations()).markRead(input),
    wakeDue: async (input) => (await operations()).wakeDue(input),
    findConversation: async (input) => (await operations()).findConversation(input),
    findByOaAndCustomer: async (input) => (await operations()).findByOaAndCustomer(input),
    listConversations: async (input) => (await operations()).listConversations(input),
    countConversations: async (input) => (await operations()).countConversations(input),
    findMessage: async (input) => (await operations()).findMessage(input),
    listMessages: async (input) => (await operations()).listMessages(input),
    listEvents: async (input) => (await operations()).listEvents(input),
    findContact: async (input) => (await operations()).findContact(input),
    updateContact: async (input) => (await operations()).updateContact(input),
    connectInbox: async (input) => (await operations()).connectInbox(input),
    disconnectInbox: async (input) => (await operations()).disconnectInbox(input),
    listInboxes: async (input) => (await operations()).listInboxes(input),
    findInboxOwner: async (input) => (await operations()).findInboxOwner(input),
  }
}
