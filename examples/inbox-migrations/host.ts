import { createConversationStore } from 'conversation-store'
import {
  createInboxMigrationApi,
  type InboxMigrationAudit,
  type InboxMigrationCaller,
} from 'conversation-store/inbox-migrations'
import { memory } from 'conversation-store/memory'

const { DATABASE_URL, MIGRATION_API_KEY = '' } = process.env

export const store = createConversationStore(
  DATABASE_URL === undefined ? { adapter: memory() } : { url: DATABASE_URL },
)
await store.migrate()

/** Your own sessions go here: who sends this request, and for which account? */
function callerOf(request: Request): InboxMigrationCaller | null {
  const isKnown = request.headers.get('authorization') === `Bearer ${MIGRATION_API_KEY}`
  if (MIGRATION_API_KEY === '' || !isKnown) return null
  const userId = request.headers.get('x-user') ?? 'lan'
  return { accountId: 'acme', userId, isAdministrator: userId !== 'intern' }
}

/** Your own audit log goes here. */
export function onAudit({ type, userId, sourceOaId, code, status }: InboxMigrationAudit): void {
  console.info(`[Audit] ${type} ${code ?? status} of ${sourceOaId} by ${userId}`)
}

export const handle = createInboxMigrationApi({ store, authorize: callerOf, onAudit })
