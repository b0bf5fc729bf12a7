import type { InboxMigrationRow } from '../model/planning/inbox-migrations.js'
import { isHiddenBy, storedParts } from '../model/planning/merged-parts.js'
import type { MovedContactInbox, MovedConversation } from '../model/planning/moved-marks.js'
import type { EventRow } from '../model/planning/rows.js'
import type { SyncRow } from '../model/planning/sync-sessions.js'
import { byListedTime, isListedAfter } from '../model/planning/times.js'
import { isAnswer, isQuestion } from '../model/planning/waiting-customer.js'
import type { StoredUnder, World } from '../model/planning/world.js'
import { type ContactMergeTable, createContactMergeTable } from './contact-merge-table.js'
import { type ConversationTable, createConversationTable } from './conversation-table.js'
import { createEventTable, type EventTable } from './event-table.js'
import { createJournal } from './journal.js'
import { createLeaseTable, type LeaseTable } from './lease-table.js'
import { createMergeTable, type MergeTable } from './merge-table.js'
import { createMessageTable, type MessageTable } from './message-table.js'
import { createPeopleTables, type PeopleTables } from './people-tables.js'
import type { WebhookRow } from './webhook-table.js'

/** Which migration moved a row, and what the row had before. */
interface Marks {
  readonly contactInboxes: MovedContactInbox
  readonly conversations: MovedConversation
}

/** Everything that one account stores. */
export interface MemoryAccount {
  readonly people: PeopleTables
  readonly conversations: ConversationTable
  readonly messages: MessageTable
  readonly events: EventTable
  readonly merges: MergeTable
  readonly contactMerges: ContactMergeTable
  readonly leases: LeaseTable
  /** The bodies of webhooks that were kept, by id. */
  readonly webhooks: Map<string, WebhookRow>
  /** The sessions in which history was read, by id. */
  readonly syncSessions: Map<string, SyncRow>
  /** The moves of inboxes, by id. */
  readonly inboxMigrations: Map<string, InboxMigrationRow>
  /** The marks of what migrations have moved, by the id of the row. */
  readonly moved: { readonly [Of in keyof Marks]: ReadonlyMap<string, Marks[Of]> }
  /** Sets or takes off such a mark. */
  mark<Of extends keyof Marks>(of: Of, id: string, moved: Marks[Of] | undefined): void
  readonly world: World
  /** Runs a call's work. If the work throws, everything that it wrote is undone. */
  write<T>(work: () => T): T
}

export function createAccount(): MemoryAccount {
  const journal = createJournal()
  const people = createPeopleTables(journal)
  const conversations = createConversationTable(journal)
  const messages = createMessageTable(journal)
  const events = createEventTable(journal)
  const merges = createMergeTable(journal)
  const contactMerges = createContactMergeTable(journal)
  const moved: { readonly [Of in keyof Marks]: Map<string, Marks[Of]> } = { contactInboxes: new Map(), conversations: new Map() }

  const dropEvent = (row: EventRow) => {
    events.remove(row)
    const own = people.contactInboxes.get(row.scopeId)
    if (own) people.putContactInbox({ ...own, droppedEvents: own.droppedEvents + 1 })
  }
  const listed = (of: StoredUnder) =>
    messages
      .under(of.id)
      .filter((row) => !isHiddenBy(of.merges, row))
      .toSorted(byListedTime)
  const world: World = {
    inbox: (oaId) => people.inboxes.get(oaId) ?? null,
    contact: (id) => people.contacts.get(id) ?? null,
    contactsMergedInto: people.contactsMergedInto,
    contactInbox: people.contactInbox,
    contactInboxById: (id) => people.contactInboxes.get(id) ?? null,
    aliasesOf: people.aliasesOf,
    conversation: (id) => conversations.rows.get(id) ?? conversations.rows.get(merges.of(id)?.keptId ?? '') ?? null,
    activeConversation: conversations.active,
    latestConversation: conversations.latest,
    conversationsOf: conversations.of,
    activeByUsername: conversations.activeByUsername,
    conversationWithOperation: conversations.withOperation,
    message: (id) => messages.rows.get(id) ?? null,
    messageByMessageId: messages.byMessageId,
    messagesByMessageId: (scopes, ids) => scopes.flatMap((scope) => ids.flatMap((id) => messages.byMessageId(scope, id) ?? [])),
    messageByLocalId: messages.byLocalId,
    eventByMessageId: events.byMessageId,
    eventByDedupeKey: events.byDedupeKey,
    waitingEvents: events.waiting,
    waitingSince: (scope, since, limit) =>
      events
        .allWaiting(scope)
        .filter(({ createdAt }) => createdAt.getTime() <= since.getTime())
        .slice(0, limit),
    undelivered: messages.undelivered,
    allWaiting: events.allWaiting,
    doubles: messages.doubles,
    commonMessages: (kept, lost) => [kept, lost].flatMap(storedParts).flatMap(({ id }) => messages.under(id)),
    latestMessage: (of) => listed(of).at(-1) ?? null,
    lastAnswer: (of) => listed(of).findLast(isAnswer) ?? null,
    firstQuestion: (of, after) => listed(of).find((row) => isQuestion(row) && (after === null || isListedAfter(row, after))) ?? null,
    putContact: people.putContact,
    putContactInbox: people.putContactInbox,
    putConversation: conversations.put,
    putMerge(row) {
      conversations.remove(row.lost.id)
      for (const merge of merges.into(row.lost.id)) merges.put({ ...merge, keptId: row.keptId })
      merges.put(row)
    },
    putMessage: messages.put,
    deleteMessage: messages.remove,
    putEvent: events.put,
    deleteEvent: events.remove,
    dropEvent,
    mark: journal.mark,
    rollbackTo: journal.rollbackTo,
  }

  return {
    people,
    conversations,
    messages,
    events,
    merges,
    contactMerges,
    leases: createLeaseTable(),
    webhooks: new Map(),
    syncSessions: new Map(),
    inboxMigrations: new Map(),
    moved,
    mark: (of, id, mark) => journal.assign(moved[of], id, mark),
    world,
    write(work) {
      try {
        return work()
      } catch (error) {
        journal.rollbackTo(0)
        throw error
      } finally {
        journal.commit()
      }
    },
  }
}
