import { compositeKey as key } from '../../model/composite-key.js'
import { byAge } from '../../model/planning/byte-order.js'
import { awaitedReceipts } from '../../model/planning/delivery-status.js'
import type { ContactInboxRow, ContactRow, ConversationRow, EventRow, InboxRow, MessageRow } from '../../model/planning/rows.js'
import type { World } from '../../model/planning/world.js'
import { type HeadNotes, headNotes } from './head-notes.js'
import { type LeftToMark, markedAtOnce } from './left-to-mark.js'
import { loadedCopies } from './loaded-copies.js'
import { isListNeed, loadedLists } from './loaded-lists.js'
import { type Need, questionOf, WorldIncomplete } from './needs.js'
import { type RedirectNotes, redirectNotes } from './redirect-notes.js'
import { type RowTable, rowTable, type UndoLog } from './row-table.js'

/** A world of loaded rows. A question that was not loaded yet throws `WorldIncomplete`. */
export interface LoadedWorld extends World, HeadNotes, RedirectNotes {
  readonly inboxes: RowTable<InboxRow>
  readonly contacts: RowTable<ContactRow>
  readonly contactInboxes: RowTable<ContactInboxRow>
  readonly conversations: RowTable<ConversationRow>
  readonly messages: RowTable<MessageRow>
  readonly events: RowTable<EventRow>
  /** The events that were loaded or written and wait under the contact inbox. */
  waitingUnder(contactInboxId: string): readonly EventRow[]
  /** The messages that were loaded or written and are stored under the contact inbox. */
  messagesUnder(contactInboxId: string): readonly MessageRow[]
  /** Whether it was loaded that anything waits under the contact inbox. */
  hasWaiting(contactInboxId: string): boolean
  /** How many events were dropped, by contact inbox. */
  dropped(): ReadonlyMap<string, number>
  /** What the watermarks of this world leave to mark, in their order, because only the newest messages were loaded. */
  leftToMark(): readonly LeftToMark[]
  /** Records that everything that answers this question was loaded. */
  answered(need: Need): void
  isAnswered(need: Need): boolean
}

export function loadedWorld(): LoadedWorld {
  const undo: UndoLog = []
  const answered = new Set<string>()
  /** The questions about undelivered messages to which only the newest of them were loaded. */
  const partlyAnswered = new Set<string>()
  const left: LeftToMark[] = []
  /** The contact inboxes under which nothing waits in the database. */
  const withoutWaiting = new Set<string>()
  const dropped: string[] = []

  const inboxes = rowTable<InboxRow>(undo, ({ oaId }) => [oaId])
  const contacts = rowTable<ContactRow>(undo, ({ mergedInto }) => (mergedInto === null ? [] : [key('merged into', mergedInto)]))
  const contactInboxes = rowTable<ContactInboxRow>(undo, (row) => [
    key('customer', row.oaId, row.customerId),
    ...(row.canonicalId === null ? [] : [key('canonical', row.canonicalId)]),
  ])
  const conversations = rowTable<ConversationRow>(undo, (row) => [
    key('of', row.contactInboxId),
    ...(row.usernameKey === null ? [] : [key('username', row.oaId, row.usernameKey)]),
  ])
  const messages = rowTable<MessageRow>(undo, (row) => [
    key('in', row.conversationId),
    key('of', row.scopeId),
    ...(row.messageId === null ? [] : [key('message', row.scopeId, row.messageId)]),
    ...(row.localId === null ? [] : [key('local', row.scopeId, row.localId)]),
  ])
  const events = rowTable<EventRow>(undo, (row) => [
    row.messageId === null ? key('dedupe', row.scopeId, row.dedupeKey) : key('message', row.scopeId, row.messageId),
    ...(row.conversationId === null ? [key('waiting', row.scopeId)] : []),
  ])

  const redirects = redirectNotes(undo, conversations)
  const lists = loadedLists(messages, conversations)

  const require = (need: Need) => {
    if (!answered.has(questionOf(need))) throw new WorldIncomplete([need])
  }
  const requireAll = (needs: readonly Need[]) => {
    const open = needs.filter((need) => !answered.has(questionOf(need)))
    if (open.length > 0) throw new WorldIncomplete(open)
  }
  /**
   * Returns the row, or null once the database was asked. A new contact inbox needs no question, because the database
   * has nothing of it yet.
   */
  const found = <Row>([row]: readonly Row[], contactInboxId: string, need: Need): Row | null => {
    if (row === undefined && !contactInboxes.isNew(contactInboxId)) require(need)
    return row ?? null
  }
  const byId = <Row>(table: RowTable<Row>, id: string, need: Need): Row | null => {
    const row = table.get(id)
    if (row === null) require(need)
    return row
  }
  /** Whether only this world has events that wait under the contact inbox. */
  const hasNothingWaiting = (contactInboxId: string) => {
    if (contactInboxes.isNew(contactInboxId)) return true
    require({ what: 'anything waiting', contactInboxId })
    return withoutWaiting.has(contactInboxId)
  }
  const reachedBy = ({ contactInboxId, status, upTo }: Extract<Need, { readonly what: 'undelivered' }>) =>
    messagesUnder(contactInboxId).filter((row) => {
      const isReached = row.sentAt !== null && row.sentAt.getTime() <= upTo.getTime()
      return isReached && awaitedReceipts(row).includes(status)
    })
  const messagesUnder = (contactInboxId: string) => messages.having(key('of', contactInboxId))
  const waitingUnder = (contactInboxId: string) => events.having(key('waiting', contactInboxId))
  const conversationsOf = (contactInboxId: string) => conversations.having(key('of', contactInboxId))
  const latestOf = <Row>(rows: readonly Row[], isLater: (a: Row, b: Row) => boolean): Row | null =>
    rows.reduce<Row | null>((latest, row) => (latest === null || isLater(row, latest) ? row : latest), null)

  return {
    inboxes,
    contacts,
    contactInboxes,
    conversations,
    messages,
    events,
    answered(need) {
      if (isListNeed(need)) lists.listAnswered(need)
      else {
        if (need.what === 'anything waiting' && waitingUnder(need.contactInboxId).length === 0) withoutWaiting.add(need.contactInboxId)
        if (need.what === 'undelivered' && reachedBy(need).length >= markedAtOnce) partlyAnswered.add(questionOf(need))
        answered.add(questionOf(need))
      }
    },

    isAnswered: (need) => answered.has(questionOf(need)),
    inbox(oaId) {
      require({ what: 'inbox', oaId })
      return inboxes.having(oaId)[0] ?? null
    },
    contact: (id) => byId(contacts, id, { what: 'contact', id }),
    contactsMergedInto(id) {
      if (!contacts.isNew(id)) require({ what: 'contacts merged into', id })
      return contacts.having(key('merged into', id))
    },
    contactInbox(oaId, customerId) {
      const [row] = contactInboxes.having(key('customer', oaId, customerId))
      if (row === undefined) require({ what: 'customer', oaId, customerId })
      return row ?? null
    },
    contactInboxById: (id) => byId(contactInboxes, id, { what: 'contact inbox', id }),
    aliasesOf(contactInboxId) {
      if (!contactInboxes.isNew(contactInboxId)) require({ what: 'aliases', contactInboxId })
      return contactInboxes.having(key('canonical', contactInboxId))
    },
    conversation: (id) => conversations.get(redirects.leadsTo(id)) ?? byId(conversations, id, { what: 'conversation', id }),
    activeConversation(contactInboxId) {
      // There is at most one. If it is loaded, no question is needed.
      const row = conversationsOf(contactInboxId).find(({ status }) => status !== 'closed')
      if (row === undefined && !contactInboxes.isNew(contactInboxId)) require({ what: 'active conversation', contactInboxId })
      return row ?? null
    },
    latestConversation(contactInboxId) {
      const isKnown = contactInboxes.isNew(contactInboxId) || answered.has(questionOf({ what: 'all conversations', contactInboxId }))
      if (!isKnown) require({ what: 'latest conversation', contactInboxId })
      return latestOf(conversationsOf(contactInboxId), (a, b) => byAge(a, b) > 0)
    },
    conversationsOf(contactInboxId) {
      if (!contactInboxes.isNew(contactInboxId)) require({ what: 'all conversations', contactInboxId })
      return conversationsOf(contactInboxId)
    },
    activeByUsername(oaId, usernameKey) {
      require({ what: 'username', oaId, usernameKey })
      return conversations.having(key('username', oaId, usernameKey)).find(({ status }) => status !== 'closed') ?? null
    },
    conversationWithOperation(contactInboxId, operationId) {
      if (!contactInboxes.isNew(contactInboxId)) require({ what: 'operation', contactInboxId, operationId })
      const rows = conversations.having(key('of', contactInboxId))
      return rows.find(({ operations }) => operations.some(({ id }) => id === operationId)) ?? null
    },
    message: (id) => byId(messages, id, { what: 'message', id }),
    messageByMessageId: (contactInboxId, value) =>
      found(messages.having(key('message', contactInboxId, value)), contactInboxId, {
        what: 'message by message id',
        contactInboxId,
        value,
      }),
    messageByLocalId: (contactInboxId, value) =>
      found(messages.having(key('local', contactInboxId, value)), contactInboxId, { what: 'message by local id', contactInboxId, value }),
    eventByMessageId: (contactInboxId, value) =>
      found(events.having(key('message', contactInboxId, value)), contactInboxId, { what: 'event by message id', contactInboxId, value }),
    eventByDedupeKey: (contactInboxId, value) =>
      found(events.having(key('dedupe', contactInboxId, value)), contactInboxId, { what: 'event by dedupe key', contactInboxId, value }),
    waitingEvents(contactInboxId, { messageIds, localIds, conversation }) {
      if (!hasNothingWaiting(contactInboxId)) {
        requireAll([
          ...Array.from(messageIds, (value): Need => ({ what: 'waiting for message', contactInboxId, value })),
          ...Array.from(localIds, (value): Need => ({ what: 'waiting for local', contactInboxId, value })),
          ...(conversation ? [{ what: 'waiting for conversation', contactInboxId } as const] : []),
        ])
      }
      return waitingUnder(contactInboxId)
    },
    waitingSince(contactInboxId, since, limit) {
      if (!hasNothingWaiting(contactInboxId)) require({ what: 'waiting since', contactInboxId, since })
      const overdue = waitingUnder(contactInboxId).filter(({ createdAt }) => createdAt.getTime() <= since.getTime())
      return overdue.sort(byAge).slice(0, limit)
    },
    undelivered(contactInboxId, status, { upTo, at }) {
      const need = { what: 'undelivered', contactInboxId, status, upTo } as const
      if (!contactInboxes.isNew(contactInboxId)) require(need)
      if (partlyAnswered.has(questionOf(need))) {
        left.push({ contactInboxId, status, upTo, at })
        undo.push(() => void left.pop())
      }
      return reachedBy(need)
    },
    allWaiting(contactInboxId) {
      if (!hasNothingWaiting(contactInboxId)) require({ what: 'all waiting', contactInboxId })
      return waitingUnder(contactInboxId)
    },
    ...loadedCopies(messages, requireAll),
    latestMessage: lists.latestMessage,
    lastAnswer: lists.lastAnswer,
    firstQuestion: lists.firstQuestion,

    putContact: (row) => contacts.put(row),
    putContactInbox: (row) => contactInboxes.put(row),
    putConversation: (row) => conversations.put(row),
    putMessage: (row) => messages.put(row),
    deleteMessage: ({ id }) => messages.remove(id),
    putEvent: (row) => events.put(row),
    deleteEvent: ({ id }) => events.remove(id),
    dropEvent({ id, scopeId }) {
      events.remove(id)
      dropped.push(scopeId)
      undo.push(() => void dropped.pop())
    },
    waitingUnder,
    messagesUnder,
    hasWaiting: (contactInboxId) =>
      answered.has(questionOf({ what: 'anything waiting', contactInboxId })) && !withoutWaiting.has(contactInboxId),
    leftToMark: () => left,
    dropped() {
      const counts = new Map<string, number>()
      for (const id of dropped) counts.set(id, (counts.get(id) ?? 0) + 1)
      return counts
    },

    mark: () => undo.length,
    rollbackTo(mark) {
      for (const back of undo.splice(mark).reverse()) back()
    },
    // At the end, because a literal that begins with a spread takes fifty times as long to make.
    ...headNotes(),
    ...redirects,
  }
}
