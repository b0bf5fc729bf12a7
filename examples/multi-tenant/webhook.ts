import { type ConversationStore, createConversationStore } from 'conversation-store'
import { mongo } from 'conversation-store/mongo'
import { createWebhookHandler, type StoreOf, whatsapp } from 'conversation-store/webhooks'
import { MongoClient } from 'mongodb'

const { META_APP_SECRET = '', WEBHOOK_VERIFY_TOKEN = '' } = process.env
const publicDatabase = process.env.MONGODB_PUBLIC_DATABASE ?? 'shops_public'

export const client = new MongoClient(process.env.MONGODB_URI ?? 'mongodb://localhost:27017')
const configs = client
  .db(publicDatabase)
  .collection<{ readonly schema_name: string }>('client_configs')

/** Each tenant keeps its store, because a store holds what the calls of one process share. */
const stores = new Map<string, ConversationStore>()

function storeIn(database: string): ConversationStore {
  const known = stores.get(database)
  if (known !== undefined) return known
  const store = createConversationStore({ adapter: mongo({ client, db: database }) })
  stores.set(database, store)
  return store
}

/**
 * Finds the tenant by the number that WhatsApp displays. The platform keeps it with a plus and no spaces, and WhatsApp
 * may write it in another form.
 */
const storeOf: StoreOf = async ({ displayPhone }) => {
  if (displayPhone === null) return null
  const number = `+${displayPhone.replace(/\D/g, '')}`
  const tenant = await configs.findOne({ whatsapp_display_phone: number })
  return tenant === null ? null : storeIn(tenant.schema_name)
}

/** Takes the webhooks of all tenants. One whose database is away costs the others nothing. */
export const handle = createWebhookHandler({
  store: storeOf,
  channel: whatsapp,
  secrets: META_APP_SECRET,
  verifyToken: WEBHOOK_VERIFY_TOKEN,
  // Each tenant's database has one account, so its inboxes need not be connected.
  ownerOf: () => 'main',
  unknownInbox: ({ oaId }) => console.warn(`no tenant has the number of the inbox ${oaId}`),
})
