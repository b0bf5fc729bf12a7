import type { UpsertItem } from '../upsert-item.js'
import type { ContactInboxRow, ConversationRow, MessageRow } from './rows.js'
import { groupScopes, headOf, type Scopes } from './scopes.js'
import type { World } from './world.js'

/** When, and for which account, a write is planned. */
export interface ItemStamp {
  readonly accountId: string
  /** The injected clock's time, or the database's when no clock was injected. */
  readonly now: Date
  /** The time of the database's own clock, even when a clock was injected. Operations are marked and judged by it. */
  readonly serverNow: Date
  /** Milliseconds since the item was first sent, when an earlier attempt may have been applied; otherwise null. */
  readonly resentAfter: number | null
}

/** What changes the messages and the conversations of one customer. */
export interface WritePlan {
  readonly world: World
  readonly stamp: ItemStamp
  readonly operationId: string
  readonly customerId: string
  /** The contact inbox of the item's exact customerId. */
  readonly ownId: string
  /** Message ids, local ids and dedupe keys are unique within these. */
  readonly scopes: Scopes
  /** The conversations that this write touched, as they were before; null for the one that it created. */
  readonly before: Map<string, ConversationRow | null>
  /** The conversations of whose customers something is known anew, so that their version rises. */
  readonly relinked: Set<string>
  /** The conversations that hold another one since this write, because their customers turned out to be one person. */
  readonly merged: Set<string>
  /** Ids that messages have got, and for which events may have waited. */
  readonly arrived: { readonly messageIds: Set<string>; readonly localIds: Set<string> }
}

/** One item while it is written. */
export interface ItemPlan extends WritePlan {
  readonly item: UpsertItem
  readonly chosenId: string | null
  /** The conversations to which this item has given the time of a message or a postback. */
  readonly timed: Set<string>
}

/** The contact inbox that has the watermarks, as it is now, including those of this item. */
export function scopeContactInbox({ world, scopes }: WritePlan): ContactInboxRow {
  return required(world.contactInboxById(scopes.own), 'contact inbox')
}

/** The contact inbox whose watermarks are about a message. It is another person's where an id has changed hands. */
export function watermarksOf(plan: WritePlan, { scopeId }: MessageRow): ContactInboxRow {
  const own = plan.world.contactInboxById(plan.scopes.own)
  if (own !== null && groupScopes(own).includes(scopeId)) return own
  const scope = required(plan.world.contactInboxById(scopeId), 'contact inbox')
  return required(headOf(plan.world, scope), 'contact inbox')
}

export function touchedConversation({ world }: Pick<WritePlan, 'world'>, id: string): ConversationRow {
  return required(world.conversation(id), 'conversation')
}

/** The conversation that the item goes to. Every item that may store a message has one. */
export function chosenConversation({ world, chosenId }: ItemPlan): ConversationRow {
  return required(chosenId === null ? null : world.conversation(chosenId), 'conversation')
}

/** Replaces a conversation. Its version is raised once, when the item is finished. */
export function putConversation(plan: Pick<WritePlan, 'world' | 'before'>, row: ConversationRow): void {
  if (!plan.before.has(row.id)) plan.before.set(row.id, plan.world.conversation(row.id))
  plan.world.putConversation(row)
}

function required<Row>(row: Row | null, what: string): Row {
  if (row === null) throw new TypeError(`the stored ${what} that others point at is gone`)
  return row
}
