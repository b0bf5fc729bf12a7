import { createConversationStore } from 'conversation-store'
import { memory } from 'conversation-store/memory'
import { createWebhookHandler, messenger, type WebhookHandler } from 'conversation-store/webhooks'
import { handleOldWebhook } from './old-webhook.js'

const { META_APP_SECRET = '', WEBHOOK_VERIFY_TOKEN = '', USE_FIXED_WEBHOOK } = process.env

/** Your own store goes here, on PostgreSQL or MongoDB. */
export const store = createConversationStore({ adapter: memory() })
await store.migrate()
await store.forAccount('acme').connectInbox({ oaId: '104502211834771', channel: 'messenger' })

const handleFixedWebhook = createWebhookHandler({
  store,
  channel: messenger,
  // Two secrets while one replaces the other: META_APP_SECRET=new,old
  secrets: META_APP_SECRET.split(','),
  verifyToken: WEBHOOK_VERIFY_TOKEN,
  onReport: ({ outcome, reason, stored, duplicates, unknownInboxes }) => {
    console.info(`[Webhook] ${outcome}: ${stored} stored, ${duplicates} known`)
    if (outcome !== 'ingested') console.warn(`[Webhook] ${reason}`, unknownInboxes)
  },
})

/** The old handler answers until the new one is chosen, so that the way back is one variable. */
export const handle: WebhookHandler =
  USE_FIXED_WEBHOOK === 'true' ? handleFixedWebhook : handleOldWebhook
