import { said } from '../../src/contract/events.js'
import type { InboxMigrationAudit } from '../../src/inbox-migrations/audit.js'
import type { MigrationClock } from '../../src/inbox-migrations/clock.js'
import { createMemoryAdapter } from '../../src/memory/create-memory-adapter.js'
import { createMemoryDatabase } from '../../src/memory/database.js'
import type { AccountConversations } from '../../src/store/account-conversations.js'
import { createConversationStore } from '../../src/store/create-conversation-store.js'

export const sourceOaId = 'twilio-1'
export const destinationOaId = 'cloud-1'
export const between = { sourceOaId, destinationOaId }

/** A store in memory, with an inbox of some customers and one to which they may move. */
export async function house(customers = 3) {
  const database = { ...createMemoryDatabase(), isMigrated: true }
  let now = Date.UTC(2024, 4, 2, 12)
  const store = createConversationStore({ adapter: createMemoryAdapter(database), clock: () => new Date(now) })
  const account = store.forAccount('acme')
  const events: InboxMigrationAudit[] = []
  await fill(account, customers)
  return {
    store,
    account,
    events,
    onAudit: (event: InboxMigrationAudit) => void events.push(event),
    advance: (ms: number) => {
      now += ms
    },
  }
}

export async function fill(account: AccountConversations, customers: number): Promise<void> {
  await account.connectInbox({ oaId: sourceOaId, channel: 'whatsapp', provider: 'twilio', name: 'Shop', chatbotId: 'bot' })
  await account.connectInbox({ oaId: destinationOaId, channel: 'whatsapp', provider: 'whatsapp_cloud' })
  await account.connectInbox({ oaId: 'page-1', channel: 'messenger', provider: 'meta' })
  for (let n = 0; n < customers; n++) {
    await account.upsertConversationWithEvents({ oaId: sourceOaId, customerId: `c${n}`, events: [said('m1'), said('m2')] })
  }
}

/** A clock that stands still while nobody sleeps. It tells how long each sleep was to be. */
export function sleepless(): MigrationClock & { readonly slept: number[]; pass(ms: number): void } {
  let now = 0
  const slept: number[] = []
  return {
    slept,
    now: () => now,
    pass(ms) {
      now += ms
    },
    async sleep(ms) {
      slept.push(ms)
      now += ms
    },
  }
}

export const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
