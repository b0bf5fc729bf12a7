import type { InboxHistory } from './inboxes.js'
import type { JsonObject } from './json.js'
import type { Channel, OnClosed } from './records.js'
import type { SyncCounts } from './sync-sessions.js'

/** Only the keys that are present change a field; null clears it. */
export interface Patch {
  readonly nickname?: string | null
  readonly customerName?: string | null
  readonly customerUsername?: string | null
  readonly chatbotId?: string | null
  readonly metadata?: JsonObject | null
}
export interface ContactPatch {
  readonly name?: string | null
  readonly metadata?: JsonObject | null
}
interface InboxPatch {
  readonly provider?: string | null
  readonly name?: string | null
  readonly chatbotId?: string | null
  readonly onClosed?: OnClosed | null
  readonly metadata?: JsonObject | null
}

/** What a channel says of how far it is with sending a history. Null: it does not say it. */
export type HistoryStep = Omit<InboxHistory, 'updatedAt'>

/** What a body of a history brought, once it was written. */
export type HistoryCounts = Pick<SyncCounts, 'conversations' | 'created' | 'messages' | 'duplicates'>

/** An inbox that is to be connected or patched. */
export interface InboxConnection {
  readonly accountId: string
  readonly inboxId: string
  readonly oaId: string
  readonly channel: Channel
  readonly patch: InboxPatch
}
