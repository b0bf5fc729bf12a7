import type { AdoptionDatabase } from '../../src/adoption/index.js'

/** A conversation of a host from before this library. Null stands for a field that MongoDB does not have at all. */
export interface LegacyConversation {
  readonly id: unknown
  readonly accountId?: unknown
  readonly oaId?: string | null | undefined
  readonly customerId?: string
  readonly status?: string
  readonly lastMessageAt?: Date
  readonly messageCount?: number
  /** Another name of the conversation than its id, by which messages may name it. */
  readonly thread?: string
  /** The host's contact whom the conversation is with. Nothing sees to it that there is one. */
  readonly contactId?: unknown
}

/** Somebody whom the host knows, in a table or collection that no helper is told of. */
export interface LegacyContact {
  readonly id: unknown
  readonly oaId: string
  readonly customerId: string
}

export interface LegacyMessage {
  readonly id: unknown
  readonly conversationId: unknown
  readonly messageId?: string | null
  readonly text?: string
}

/** The database of a host, and ways to fill it and to look into it beside the library. */
export interface LegacyHost {
  readonly db: AdoptionDatabase
  /** The database, or on PostgreSQL the schema. */
  readonly name: string
  /** What the helpers take: the schema, where there is one. */
  readonly where: { readonly schema?: string }
  addConversations(rows: readonly LegacyConversation[]): Promise<void>
  addIntegrations(rows: readonly { readonly oaId: string; readonly accountId?: unknown }[]): Promise<void>
  addMessages(rows: readonly LegacyMessage[]): Promise<void>
  addContacts(rows: readonly LegacyContact[]): Promise<void>
  /** Everything that the contacts are, and the indexes that they have, as text. */
  contacts(): Promise<readonly string[]>
  /** Which contact each conversation names that names one, sorted, also in the archive and in the quarantine. */
  contactsNamed(): Promise<readonly string[]>
  integrations(): Promise<readonly { readonly oaId: string; readonly accountId: string | null }[]>
  /** Takes the integration of an inbox away, as an account does that disconnects it. */
  disconnect(oaId: string): Promise<void>
  /** The conversations by id, with the values as the driver gives them. Ids and accounts are texts. */
  conversations(): Promise<readonly LegacyRow[]>
  messages(): Promise<readonly { readonly id: string; readonly conversationId: string; readonly messageId: string | null }[]>
  /** Sets the account of a conversation, as another program of the host does. */
  setAccount(id: unknown, accountId: unknown): Promise<void>
  setInbox(id: unknown, oaId: string): Promise<void>
  /** Gives every lease to another process. */
  takeLease(): Promise<void>
  setStatus(id: unknown, status: string): Promise<void>
  /** Everything that the helpers changed or made, without times. */
  leftBehind(): Promise<unknown>
  /** What is in the archive and in the quarantine: the ids of the documents, by where they came from. */
  archived(): Promise<readonly { readonly from: string; readonly id: string }[]>
  /** Empties everything, the helpers' own tables too. */
  clear(): Promise<void>
  /** Ends the leases of those who are gone. */
  breakLeases(): Promise<void>
  /** The ids of conversations that have all the types that the host has them in. */
  idOf(at: number): unknown
  /** A unique index over inbox and customer alone: the flaw. It is over all rows, or those since a time alone. */
  addOldIndex(since?: Date): Promise<void>
  /** The indexes of the conversations, in the database's own words. */
  indexes(): Promise<unknown>
  /** How the database looks the active conversations of a customer up, the latest first, as a text. */
  explainActive(customer: { readonly accountId: string; readonly oaId: string; readonly customerId: string }): Promise<string>
  /** Drops the index over the active ones, as an ORM does that does not know it. */
  dropActiveIndex(): Promise<void>
}

export interface LegacyRow {
  readonly id: string
  readonly accountId: string | null
  readonly oaId: string | null
  readonly customerId: string | null
  readonly status: string | null
  readonly messageCount: number | null
}
