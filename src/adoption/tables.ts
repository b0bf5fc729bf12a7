import { isMongoDb } from './databases.js'
import type { AdoptionDatabase, ConversationsTable, IntegrationsTable } from './options.js'

/** A `ConversationsTable` with its defaults. */
export interface Conversations {
  readonly name: string
  readonly schema: string
  readonly accountId: string
  readonly oaId: string
  readonly customerId: string
  /** Null if every conversation counts as active. */
  readonly status: string | null
  readonly active: readonly string[]
  readonly activityAt: string | null
}

export interface Integrations {
  readonly name: string
  readonly schema: string
  readonly accountId: string
  readonly oaId: string
}

export function conversationsOf(db: AdoptionDatabase, table: ConversationsTable = {}): Conversations {
  return {
    name: table.name ?? 'conversations',
    schema: table.schema ?? 'public',
    accountId: table.accountId ?? accountField(db),
    oaId: table.oaId ?? 'oa_id',
    customerId: table.customerId ?? 'customer_id',
    status: table.status ?? null,
    active: table.active ?? ['open', 'snoozed'],
    activityAt: table.activityAt ?? null,
  }
}

export function integrationsOf(db: AdoptionDatabase, table: IntegrationsTable = {}, conversations: ConversationsTable = {}): Integrations {
  return {
    name: table.name ?? 'integrations',
    schema: table.schema ?? conversations.schema ?? 'public',
    accountId: table.accountId ?? accountField(table.db ?? db),
    oaId: table.oaId ?? 'oa_id',
  }
}

function accountField(db: AdoptionDatabase): string {
  return isMongoDb(db) ? 'accountId' : 'account_id'
}
