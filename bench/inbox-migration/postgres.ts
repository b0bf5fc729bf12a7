import { createConversationStore } from 'conversation-store'
import { postgres } from 'conversation-store/postgres'
import { fillPostgres } from '../../test/inbox-migrations/scale/fill-postgres.js'
import { startEmbeddedPostgres } from '../../test/servers/postgres.js'
import { installedPackage } from '../../test/servers/postgres-binaries.js'
import { openDatabase } from '../postgres/database.js'
import { withoutIndexes } from '../postgres/growth-databases.js'
import { settle } from '../postgres/prepare.js'
import { accountId, connectBoth, destinationOaId, type Engine, messagesOfEach, sourceOaId } from './engine.js'

const template = 'bench_full_inbox'

/** Fills one database, and copies it for each turn, because that takes less long. */
export async function openPostgres(conversations: number): Promise<Engine> {
  const server = await startEmbeddedPostgres('bench-inbox-migration', installedPackage(), {
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    shared_buffers: '512MB',
    checkpoint_timeout: '30min',
    max_wal_size: '8GB',
  })
  const filled = await openDatabase({ server: server.url, name: template })
  await filled.createTables('public')
  const store = createConversationStore({ adapter: postgres({ pool: filled.pool('public', 2) }) })
  await connectBoth(store.forAccount(accountId))
  const inbox = { accountId, oaId: sourceOaId, conversations, messagesOfEach }
  await withoutIndexes(filled, 'public', () => fillPostgres((text) => filled.query(text), 'public', inbox))
  await settle(filled)
  await filled.disconnect()
  let copies = 0
  return {
    name: 'PostgreSQL',
    conversations,
    async fresh() {
      copies += 1
      const database = await openDatabase({ server: server.url, name: `bench_moved_${copies}`, template })
      await database.query('checkpoint')
      return {
        url: database.url,
        async byHand() {
          for (const table of ['conversations', 'contact_inboxes']) {
            await database.query(`update ${table} set oa_id = $1, channel = 'whatsapp' where account_id = $2 and oa_id = $3`, [
              destinationOaId,
              accountId,
              sourceOaId,
            ])
          }
        },
        close: () => database.close(),
      }
    },
    stop: () => server.stop(),
  }
}
