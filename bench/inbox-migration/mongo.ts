import { MongoClient } from 'mongodb'
import { fillMongo, modelCustomer } from '../../test/inbox-migrations/scale/fill-mongo.js'
import { startThrowawayReplicaSet } from '../../test/servers/mongo.js'
import { newMessages, openStoreDatabase, withoutIndexes } from '../mongo/store-database.js'
import { accountId, connectBoth, destinationOaId, type Engine, messagesOfEach, sourceOaId } from './engine.js'

const filledCollections = ['contacts', 'contact_inboxes', 'conversations', 'messages']

export async function openMongo(conversations: number): Promise<Engine> {
  const server = await startThrowawayReplicaSet(['--wiredTigerCacheSizeGB', '1', '--oplogSize', '4096'])
  return {
    name: 'MongoDB',
    conversations,
    async fresh() {
      const { db, url, account, close } = await openStoreDatabase(server.url, { connections: 2, customers: 0 })
      await connectBoth(account)
      await account.upsertConversationWithEvents({ oaId: sourceOaId, customerId: modelCustomer, events: newMessages(messagesOfEach) })
      await withoutIndexes(db, filledCollections, () => fillMongo(db, { accountId, oaId: sourceOaId, conversations, messagesOfEach }))
      const client = await new MongoClient(url).connect()
      return {
        url,
        async byHand() {
          for (const name of ['conversations', 'contact_inboxes']) {
            await client
              .db()
              .collection(name)
              .updateMany(
                { accountId, oa_id: sourceOaId },
                { $set: { oa_id: destinationOaId, channel: 'whatsapp' } },
                { writeConcern: { w: 'majority', journal: true } },
              )
          }
        },
        async close() {
          await client.close()
          await close()
        },
      }
    },
    stop: () => server.stop(),
  }
}
