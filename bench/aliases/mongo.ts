import { mongo } from 'conversation-store/mongo'
import { MongoClient } from 'mongodb'
import { startThrowawayReplicaSet } from '../../test/servers/mongo.js'
import { processorOf } from '../index-sets/rounds.js'
import { measureAliases } from './measure.js'

const server = await startThrowawayReplicaSet(['--wiredTigerCacheSizeGB', '1', '--oplogSize', '1024'])
try {
  const client = await new MongoClient(server.url).connect()
  const db = client.db('figure_aliases')
  await measureAliases('MongoDB', mongo({ client, db }), async () => {
    const { pid } = await db.admin().command({ serverStatus: 1 })
    return processorOf(Number(pid))
  })
  await client.close()
} finally {
  await server.stop()
}
