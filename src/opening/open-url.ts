import type { MongoClient } from 'mongodb'
import type { ConversationAdapter } from '../store/adapter.js'
import { lazyAdapter } from './lazy-adapter.js'
import { malformedMongoUrl, openMongoClient } from './open-mongo.js'
import { openPostgresPool } from './open-postgres.js'
import { schemeOf, type UrlScheme } from './url-scheme.js'

/** The function that opens a database, for each scheme of a URL. */
const openers: Readonly<Record<UrlScheme, (url: string) => Promise<ConversationAdapter>>> = {
  postgres: openPostgres,
  postgresql: openPostgres,
  mongodb: openMongo,
  'mongodb+srv': openMongo,
  pglite: openPglite,
  memory: async () => (await import('../memory/index.js')).memory(),
}

/**
 * Returns an adapter that opens the database of a URL with its first call, and closes it in `close()`.
 * `createConversationStore({ adapter: openUrl(url) })` does what `createConversationStore({ url })` does, for programs
 * that are bundled. Throws VALIDATION_FAILED for an unknown scheme. Its calls throw UNSUPPORTED if the driver is not
 * installed.
 */
export function openUrl(url: string): ConversationAdapter {
  return lazyAdapter(schemeOf(url), () => openDatabase(url))
}

/**
 * Opens the database of a URL at once, or as much of it as its driver opens before the first call. Throws
 * VALIDATION_FAILED, UNSUPPORTED and DATA_DIR_LOCKED.
 */
export async function openDatabase(url: string): Promise<ConversationAdapter> {
  return openers[schemeOf(url)](url)
}

async function openPostgres(url: string): Promise<ConversationAdapter> {
  const [{ postgres }, pool] = await Promise.all([
    import('../postgres/index.js'),
    openPostgresPool({ url, subject: 'url', operation: 'opening a postgres:// url' }),
  ])
  return owning(postgres({ pool }), () => pool.end())
}

async function openMongo(url: string): Promise<ConversationAdapter> {
  const [{ mongo }, client] = await Promise.all([
    import('../mongo/index.js'),
    openMongoClient({ url, subject: 'url', operation: 'opening a mongodb:// url' }),
  ])
  return owning(mongo({ client, db: databaseOf(client) }), () => client.close())
}

/** The driver reads the database's name in the URL only when it is asked for it, and may refuse it then. */
function databaseOf(client: MongoClient): string {
  try {
    return client.db().databaseName
  } catch {
    throw malformedMongoUrl('url')
  }
}

async function openPglite(url: string): Promise<ConversationAdapter> {
  const [{ postgres }, { openPgliteDirectory }] = await Promise.all([import('../postgres/index.js'), import('./open-pglite.js')])
  const { instance, release } = await openPgliteDirectory(url.replace(/^pglite:(\/\/)?/i, ''))
  return owning(postgres({ pool: instance }), release)
}

function owning(adapter: ConversationAdapter, end: () => Promise<void>): ConversationAdapter {
  return { ...adapter, close: () => adapter.close().finally(end) }
}
