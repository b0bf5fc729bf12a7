import type { Db, Document } from 'mongodb'
import type { RawReader, RawRow } from '../../src/contract/index.js'
import { toldOfMove } from './row-columns.js'

/** Fields that a document has only if there is a value. */
const absentIsNull: Readonly<Record<string, readonly string[]>> = {
  inboxes: [
    'redirected_to',
    'redirect_ended_at',
    'history_phase',
    'history_chunk_order',
    'history_progress',
    'history_error',
    'history_at',
  ],
  contact_inboxes: ['canonical_id', 'scopes', 'identities', 'previous_head_id', 'moved'],
  contacts: ['merged_into'],
  conversations: ['username_key', 'chatbot_id', 'waiting_since', 'last_answer_at', 'merged_parts', 'moved'],
  inbox_migrations: [
    'user_id',
    'undoes',
    'started_at',
    'completed_at',
    'cancel_requested_at',
    'cursor',
    'error_message',
    'error_backtrace',
  ],
  messages: (
    'message_id local_id own_id accepted_at double_in is_history is_silent sender_id sender_name reply_to status sent_at delivered_at read_at failed_at error ' +
    'edited_at deleted_at metadata'
  ).split(' '),
  contact_interaction_events:
    'conversation_id event_seq message_id dedupe_key own_id is_history target_message_id local_id sender_id payload'.split(' '),
}
/** Fields that only the indexes and the look-ups of MongoDB need. */
const notColumns = new Set(['_id', 'accountId', 'active', 'waiting', 'awaits', 'lock', 'aliases', 'group', 'inboxes'])

/** Reads the collections of one database by plain commands. */
export function mongoReader(db: Db): RawReader {
  const read = (collection: string) => async (accountId: string) => {
    const documents = await db.collection(collection).find({ accountId }).toArray()
    return documents.map((document) => columns(collection, document))
  }
  return {
    inboxes: read('inboxes'),
    contacts: read('contacts'),
    contactInboxes: read('contact_inboxes'),
    conversations: read('conversations'),
    messages: read('messages'),
    events: read('contact_interaction_events'),
    async webhookJournal(accountId) {
      const documents = await db.collection('webhook_journal').find({ accountId }).toArray()
      return documents.map(({ _id, accountId: account_id, report, due_at = null, ...rest }) => {
        return { ...rest, id: _id, account_id, due_at, report: report === null ? null : JSON.parse(report) }
      })
    },
    async syncState(accountId) {
      const documents = await db.collection('sync_state').find({ accountId }).toArray()
      return documents.map(({ _id, accountId: account_id, unfinished: _, latest: __, clearable_at: ___, last_error, ...rest }) => {
        const error = { last_error_code: last_error?.code ?? null, last_error: last_error?.message ?? null }
        const absent = { cursor: null, walk: null, since_at: null, began_at: null, progress: null, finished_at: null, deadline_at: null }
        return { ...absent, ...rest, session_id: String(_id), account_id, ...error }
      })
    },
    inboxMigrations: read('inbox_migrations'),
    async leases(accountId) {
      const held = await db
        .collection('leases')
        .find({ accountId, holder: { $exists: true } })
        .toArray()
      return held.map(({ kind, key, holder, token, since, expires_at }) => ({
        account_id: accountId,
        kind,
        key,
        holder,
        token,
        acquired_at: since,
        expires_at,
      }))
    },
    async owner(channel, oaId) {
      const owner = await db.collection('inbox_owners').findOne({ '_id.channel': channel, '_id.oa_id': oaId })
      return owner && { channel, oa_id: oaId, account_id: owner.accountId, inbox_id: owner.inbox_id }
    },
  }
}

function columns(collection: string, document: Document): RawRow {
  // Lists go by `occurred_at`, so the time that was given is in a field of its own where it was too far ahead.
  const { given_at = document.occurred_at, ...rest } = document
  const told = collection === 'messages' ? { ...rest, occurred_at: given_at } : document
  const fields = Object.entries(told).filter(([name]) => !notColumns.has(name))
  const defaults = {
    contact_inboxes: { dropped_events: 0 },
    conversations: { is_linked: false },
    inboxes: { matches_numbers: false },
    messages: { is_marked: false, is_bounced: false },
  }
  const nulls = (absentIsNull[collection] ?? []).map((name) => [name, null] as const)
  const plain = fields.map(([name, value]) => [name, plainValue(name, value)] as const)
  return {
    ...(collection in defaults && Reflect.get(defaults, collection)),
    ...Object.fromEntries([...nulls, ...plain]),
    id: document._id,
    account_id: document.accountId,
  }
}

function plainValue(name: string, value: unknown): unknown {
  if (name === 'moved') return value === null ? null : toldOfMove(Object(value))
  if (name === 'attachments') return (value as Document[]).map(withJson)
  return name === 'identities' ? (value as Document[]).map(identity) : fromJsonText(name, value)
}

function identity({ moved_at, former_since, disputed_since, operation_id, ...rest }: Document): RawRow {
  return { ...rest, movedAt: moved_at, formerSince: former_since, disputedSince: disputed_since, operationId: operation_id }
}

function withJson(attachment: Document): RawRow {
  return { ...attachment, payload: fromJsonText('payload', attachment.payload) }
}

/** Parses an object that is stored as JSON text because BSON cannot hold it. */
function fromJsonText(name: string, value: unknown): unknown {
  return typeof value === 'string' && (name === 'metadata' || name === 'payload') ? JSON.parse(value) : value
}
