import { createConversationStore } from 'conversation-store'
import { createMigrator, MIGRATIONS, mongoDatabases } from 'conversation-store/migrations'
import { mongo } from 'conversation-store/mongo'
import { MongoClient } from 'mongodb'
import { appMigrations } from './migrations.js'

// Does what an application does when somebody signs up: `tsx create-tenant.ts acme +15550051310`.
const [tenantId, whatsappNumber = null] = process.argv.slice(2)
if (tenantId === undefined) throw new Error('usage: create-tenant.ts <tenant> [number on WhatsApp]')
const publicDatabase = process.env.MONGODB_PUBLIC_DATABASE ?? 'shops_public'
const database = `${publicDatabase}_${tenantId}`

const client = new MongoClient(process.env.MONGODB_URI ?? 'mongodb://localhost:27017')
try {
  const now = new Date()
  await client.db(publicDatabase).collection('client_configs').insertOne({
    config_id: tenantId,
    schema_name: database,
    whatsapp_display_phone: whatsappNumber,
    billing_status: 'trial',
    created_at: now,
    updated_at: now,
  })
  const migrator = createMigrator({
    databases: mongoDatabases({
      client,
      publicDatabase,
      migrations: [...MIGRATIONS, ...appMigrations],
    }),
  })
  const { migrations } = await migrator.onTenantCreated({ tenantId, database })

  // The tenant's own store is now ready, and its database holds the conversations of the tenant's accounts.
  const store = createConversationStore({ adapter: mongo({ client, db: database }) })
  const { outcome } = await store
    .forAccount('main')
    .upsertConversation({ oaId: 'shop', customerId: 'lan', nickname: 'Lan' })
  console.log(`${tenantId}: ${migrations.length} migrations, first conversation ${outcome}`)
} finally {
  await client.close()
}
