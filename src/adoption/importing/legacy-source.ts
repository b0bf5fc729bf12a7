import type { PassState, PassTable } from '../run-pass.js'
import type { ConversationField, MessageField } from './import-tables.js'

/** A row of the host's conversations. Values are those of JSON, and ids are texts. An empty id is null. */
export interface LegacyRow {
  /** The key of the row, as the engine compares it. */
  readonly key: unknown
  /** The same as a text. */
  readonly id: string
  /** Whether the row is of the page itself, and not only of a customer who has a row in it. */
  readonly inPage: boolean
  /** The value by which messages name it. */
  readonly reference: unknown
  readonly accountId: string | null
  readonly oaId: string | null
  readonly customerId: string | null
  readonly fields: Readonly<Partial<Record<ConversationField, unknown>>>
}

export interface LegacyMessage {
  readonly key: unknown
  readonly id: string
  readonly fields: Readonly<Partial<Record<MessageField, unknown>>>
}

export interface LegacyInbox {
  readonly key: unknown
  readonly id: string
  readonly accountId: string | null
  readonly oaId: string | null
  readonly channel: string | null
  readonly name: string | null
}

export interface LegacyPage {
  /** The rows of the page, and all others of their customers up to the round's end, in the order of their keys. */
  readonly rows: readonly LegacyRow[]
  readonly size: number
  /** The key of the last row of the page. */
  readonly last: unknown
  readonly isLast: boolean
}

export type LegacyTable = 'inboxes' | 'conversations' | 'messages'

/** Why a row was not imported. */
export interface Rejection {
  readonly table: LegacyTable
  readonly key: unknown
  readonly reason: string
}

export interface LegacyCounts {
  readonly conversations: number
  readonly messages: number
  readonly unreadable: number
  readonly inboxes: number
  /** Different customers, by account. */
  readonly customers: readonly { readonly accountId: string; readonly customers: number }[]
}

/** A host's conversations from before, as an import reads them. It writes to tables of the adoption's own alone. */
export interface LegacySource {
  readonly passes: PassTable
  readonly database: string
  /** What makes the import slow, in sentences. */
  warnings(): Promise<readonly string[]>
  counts(): Promise<LegacyCounts>
  inboxes(): Promise<readonly LegacyInbox[]>
  greatest(): Promise<unknown>
  page(state: PassState, limit: number): Promise<LegacyPage>
  /** Some conversations that name their customer, each with the others of its customer. */
  sample(size: number): Promise<readonly LegacyRow[]>
  /** How many messages name each of the references, in their order. */
  countMessages(references: readonly unknown[]): Promise<readonly number[]>
  /** The messages of the references together with the number of their reference, in the order of time. */
  messages(
    references: readonly unknown[],
    part: { readonly offset: number; readonly limit: number },
  ): Promise<readonly { readonly at: number; readonly message: LegacyMessage }[]>
  /** Forgets the rejections of these tables. */
  clearRejected(tables: readonly LegacyTable[]): Promise<void>
  /** Writes rows out, each with its reason, once. */
  reject(rejections: readonly Rejection[]): Promise<void>
  /** Writes out the messages that name no conversation that is there, and returns how many. */
  rejectStray(reason: string): Promise<number>
  /** Whether each of the rows was written out, in their order. */
  wereRejected(table: LegacyTable, keys: readonly unknown[]): Promise<readonly boolean[]>
  countRejected(): Promise<number>
}
