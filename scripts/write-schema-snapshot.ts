import { isDeepStrictEqual } from 'node:util'
import { PGlite } from '@electric-sql/pglite'
import { MongoClient } from 'mongodb'
import { libraryVersion } from '../src/migrator/kernel/library-version.js'
import { mongo } from '../src/mongo/index.js'
import { latestSchema as latestMongo } from '../src/mongo/schema/store-schema.js'
import { postgres, schemaSql } from '../src/postgres/index.js'
import { latestSchema } from '../src/postgres/schema/steps.js'
import type { ConversationAdapter } from '../src/store/adapter.js'
import { dumpMongo } from '../test/schema-snapshots/mongo-snapshot.js'
import { dumpRows } from '../test/schema-snapshots/postgres-snapshot.js'
import { readEverything } from '../test/schema-snapshots/read-everything.js'
import { writeSnapshot } from '../test/schema-snapshots/snapshot.js'
import { stepDigests } from '../test/schema-snapshots/step-digests.js'
import { steadyStore, writeData } from '../test/schema-snapshots/write-data.js'
import { startThrowawayReplicaSet } from '../test/servers/mongo.js'

// Run this for each release, after its version is in package.json: npm run schema:snapshot
async function fill(adapter: ConversationAdapter) {
  const store = steadyStore(adapter)
  const facts = await writeData(store)
  return { facts, reading: await readEverything(store, facts) }
}

const pglite = new PGlite()
const schema = schemaSql()
await pglite.exec(schema)
const written = await fill(postgres({ pool: pglite }))
const rows = await dumpRows({
  exec: (text) => pglite.exec(text),
  query: async (text) => (await pglite.query<Record<string, unknown>>(text)).rows,
})
await pglite.close()

const server = await startThrowawayReplicaSet()
const client = await new MongoClient(server.url).connect()
try {
  const db = client.db('snapshot')
  const adapter = mongo({ client, db })
  await adapter.migrate()
  if (!isDeepStrictEqual(await fill(adapter), written)) throw new Error('the two engines tell the data in different ways')
  writeSnapshot({
    version: libraryVersion,
    schema: { postgres: latestSchema, mongo: latestMongo },
    steps: stepDigests(),
    ...written,
    postgres: { schema, rows },
    mongo: await dumpMongo(db),
  })
} finally {
  await client.close()
  await server.stop()
}
