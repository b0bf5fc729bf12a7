import { changingItems } from './call-bugs.js'
import { type MongoCommand, rewritten, without } from './mutated-db.js'
import type { MemoryMutant } from './mutated-memory.js'
import type { MongoMutant } from './mutated-mongo.js'
import type { PostgresMutant } from './mutated-postgres.js'

const subject = 'upsertConversationWithEvents'
const counts = 'counts history as unread only with `markUnread`, and keeps that through markRead'
const reopens = 'joins the latest closed conversation and reopens nothing, whatever the policy'
const wakes = 'joins an active conversation without waking it, and leaves its reply window'
const comesLive = 'turns a message of history live once: it counts, opens the reply window and leaves an event'
const isPastTheHorizon = 'counts a message that comes live only past the read horizon, and only once'

/** History that is not silent, and history that comes live never, twice, or too loud. */
export const memoryHistoryMutants: readonly MemoryMutant[] = [
  {
    bug: 'history counts as unread',
    subject,
    caughtBy: counts,
    ...changingItems((item) => ({ ...item, markUnread: true })),
  },
  {
    bug: 'history reopens',
    subject,
    caughtBy: reopens,
    update: (row, before) =>
      before.status === 'closed' && row.lastSeq > before.lastSeq ? { ...row, status: 'open', closedAt: null } : row,
  },
  {
    bug: 'history wakes',
    subject,
    caughtBy: wakes,
    update: (row, before) =>
      before.status === 'snoozed' && row.lastSeq > before.lastSeq ? { ...row, status: 'open', snoozedUntil: null } : row,
  },
  {
    bug: 'history moves the preview and the last time back',
    subject,
    caughtBy: 'never moves the preview or a last time back, and moves them on for what is later',
    update: (row, before) =>
      row.lastSeq > before.lastSeq && row.lastInboundAt === before.lastInboundAt && row.lastMessageAt === before.lastMessageAt
        ? { ...row, lastMessageAt: new Date(0), lastMessagePreview: 'older' }
        : row,
  },
  {
    bug: 'history opens an open conversation although the host wants a closed one',
    subject,
    caughtBy: 'opens a conversation that was closed at its last message, where the host says so',
    ...changingItems((item) => ({ ...item, historyOpens: 'open' })),
  },
  {
    bug: 'what history brought never comes live',
    subject,
    caughtBy: comesLive,
    world: (world) => ({
      messageByMessageId(scope, messageId) {
        const row = world.messageByMessageId(scope, messageId)
        return row && { ...row, history: false }
      },
    }),
  },
  {
    bug: 'a message comes live with each copy of it',
    subject,
    caughtBy: comesLive,
    world: (world) => ({ putMessage: (row) => world.putMessage(world.message(row.id)?.history ? { ...row, history: true } : row) }),
  },
]

const changed = (bug: string, caughtBy: string, name: string, replace: string | RegExp, by = ''): PostgresMutant => ({
  bug,
  subject,
  caughtBy,
  functions: [{ name, replace, by }],
  attempts: 1,
})

export const postgresHistoryMutants: readonly PostgresMutant[] = [
  changed('history counts as unread', counts, 'write_round', ' and not stored.is_silent'),
  changed('markRead counts silent history', counts, 'mark_conversation_read', ' and m.is_silent is null'),
  changed('history reopens', reopens, 'write_round', / and not event\.is_history(?=\s+and \()/g),
  changed('history wakes', wakes, 'write_round', ' and not stored.is_history'),
  changed('a quick way takes history as live', counts, 'upsert_conversation_with_events', /not event\.raw \? 'history' and /g),
  changed(
    'a message that comes live counts although it was read',
    isPastTheHorizon,
    'turn_live',
    /v_message\.seq > [^;]*? and (?=v_message\.direction)/,
  ),
  changed('a message comes live with each copy of it', comesLive, 'turn_live', 'is_history = null, '),
  changed(
    'the sender of what comes live goes by the direction that history told',
    'tells who sent a message that comes live as what came live says, whatever history said of its direction',
    'turn_live',
    "coalesce(p_event->>'direction', 'inbound') = 'inbound'",
    "v_message.direction = 'inbound'",
  ),
]

const withoutField = (field: string) => ({
  of: 'messages' as const,
  by: ['insertOne', 'insertMany', 'updateOne', 'bulkWrite'] as const,
  change: ({ body }: MongoCommand) => ({ body: rewritten(body, (doc) => without(doc, field)) }),
})

export const mongoHistoryMutants: readonly MongoMutant[] = [
  { bug: 'it is not stored which history is silent', subject, caughtBy: counts, commands: [withoutField('is_silent')] },
  { bug: 'it is not stored which messages are history', subject, caughtBy: comesLive, commands: [withoutField('is_history')] },
  {
    bug: 'markRead counts silent history',
    subject,
    caughtBy: counts,
    commands: [{ of: 'messages', by: ['countDocuments'], change: ({ filter }) => ({ filter: without(filter, 'is_silent') }) }],
  },
]
