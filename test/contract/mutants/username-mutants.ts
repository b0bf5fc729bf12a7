import { rewritten } from './mutated-db.js'
import type { MemoryMutant } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'
import { inFunction, type PostgresMutant } from './mutated-postgres.js'

/** The case of the contract that catches a username which says who a WhatsApp customer is. */
const caughtBy = 'does nothing on WhatsApp, whether the call says so, the inbox, or what is known of the customer'
const subject = 'upsertConversation'

const bulk = (bug: string, replace: string, by: string): PostgresMutant =>
  inFunction(1)(bug, subject, caughtBy, 'bulk_upsert_conversations_with_events', replace, by)

export const postgresUsernameMutants: readonly PostgresMutant[] = [
  bulk('a username says who a WhatsApp customer is', "in (e'whatsapp')", "in ('')"),
  bulk('a username counts on WhatsApp if the call names the channel', "coalesce(i.item->>'channel',", 'coalesce('),
  bulk('a username counts on WhatsApp if the inbox alone has the channel', 'select b.channel from', "select 'api' from"),
  bulk('a username counts on WhatsApp where no inbox was connected', 'select x.channel from', "select 'api' from"),
  inFunction(1)(
    'a chat that adopts a conversation says what it says under the other id',
    subject,
    'keeps what a chat says under its own id when it adopts a conversation that had no channel yet',
    'write_round',
    "else coalesce(given.channel, inbox.channel, 'api') end in",
    "else 'api' end in",
  ),
]

export const memoryUsernameMutants: readonly MemoryMutant[] = [
  {
    bug: 'a username counts on WhatsApp where no inbox was connected',
    subject,
    caughtBy,
    world: (world) => ({
      contactInbox(oaId, customerId) {
        const row = world.contactInbox(oaId, customerId)
        return row && { ...row, channel: 'api' }
      },
    }),
  },
]

/** Stores each username as one that was claimed. */
const claiming: NonNullable<MongoMutant['commands']>[number]['change'] = ({ body }) => ({
  body: rewritten(body, (doc) => ('customer_username' in doc ? { ...doc, username_key: doc.customer_username } : doc)),
})

export const mongoUsernameMutants: readonly MongoMutant[] = [
  {
    bug: 'a username says who a WhatsApp customer is',
    subject,
    caughtBy,
    commands: [{ of: 'conversations', by: ['updateOne', 'bulkWrite', 'insertMany'], change: claiming }],
  },
]
