import { expect, test } from 'vitest'
import { ConversationStoreError, type ErrorCode, type ErrorDetails } from '../../src/model/errors.js'

const conversationId = 'c'
/** Details of every code: a code that is added does not compile before it has some. */
const examples: { readonly [C in ErrorCode]: ErrorDetails[C] } = {
  VALIDATION_FAILED: { issues: [{ path: 'oaId', message: 'is required' }] },
  PAYLOAD_TOO_LARGE: { what: 'the call in bytes', limit: 1, actual: 2 },
  NOT_FOUND: { what: 'conversation' },
  VERSION_CONFLICT: { expected: 1, actual: 2 },
  ACTIVE_CONVERSATION_EXISTS: { conversationId },
  INVALID_TRANSITION: { from: 'closed', to: 'snoozed' },
  USERNAME_TAKEN: { conversationId },
  MERGE_REFUSED: { reason: 'not the last', mergeId: 'm' },
  INBOX_ALREADY_CONNECTED: { channel: 'sms', oaId: 'page' },
  INBOX_CHANNEL_MISMATCH: { expected: 'sms', actual: 'api' },
  CONTENTION: { attempts: 8 },
  UNAVAILABLE: { attempts: 8 },
  COMMIT_OUTCOME_UNKNOWN: { operationId: 'o' },
  ABORTED: {},
  UNSUPPORTED: { operation: 'this call', needs: 'a replica set' },
  SCHEMA_OUT_OF_DATE: { missing: ['step 1'] },
  FOREIGN_UNIQUE_INDEX: { table: 'conversations', index: 'oa_id_1_customer_id_1' },
  SCHEMA_TOO_NEW: { found: 9, supported: 1 },
  DATA_DIR_LOCKED: { dataDir: 'data', pid: 1, host: 'here' },
  STORE_CLOSED: {},
  LEASE_LOST: { key: 'k', reason: 'taken over' },
  MIGRATION_LOCKED: { database: 'd', holder: null, expiresInMs: 1 },
  MIGRATION_REFUSED: { database: 'd', changed: ['a'], missing: ['b'], outOfOrder: ['c'], newer: ['d'] },
  MIGRATION_FAILED: { database: 'd', migration: 'm', step: 's', reason: 'r' },
  DATA_KEPT: { database: 'd', migration: 'm', kept: [{ what: 'table t', rows: 1 }] },
  DUPLICATE_KEYS: { database: 'd', collection: 'c', index: 'i', fields: ['f'], groups: [], totalGroups: 1, totalDocuments: 2, query: 'q' },
  INDEX_CONFLICT: { database: 'd', collection: 'c', index: 'i', found: 'j', differences: ['keys'] },
  SCHEMA_CHANGE_BLOCKED: { database: 'd', object: 'o', attempts: 1, blockers: [] },
  SYNC_IN_PROGRESS: { lockedBy: 'host', lockedAt: new Date(0), expiresAt: new Date(1) },
  INBOX_UNDO_REFUSED: { migrationId: 'm', reason: 'was undone', undoneBy: 'u' },
  INBOX_MIGRATION_IN_PROGRESS: { migrationId: 'm', sourceOaId: 'a', destinationOaId: 'b' },
  SYNC_SESSION_NOT_FOUND: { sessionId: 's' },
  INBOX_NOT_ELIGIBLE: { reason: 'both are the same inbox', sourceOaId: 'a', destinationOaId: 'a' },
  STALE_PREVIEW: { changed: ['messages'] },
  SOURCE_UNAUTHORIZED: { source: 's', reason: 'HTTP 401' },
  SOURCE_UNAVAILABLE: { source: 's', attempts: 6, reason: 'HTTP 500', retryAfterMs: null },
}

test.each(Object.keys(examples) as ErrorCode[])('the text of %s tells to send the call again only where that may help', (code) => {
  const usual = new ConversationStoreError(code, examples[code])
  expect([code, /send (it|the call) again|wait for it to complete/.test(usual.message)]).toEqual([code, usual.retryable])
})

test('an UNAVAILABLE that is final does not tell to send the call again', () => {
  expect(new ConversationStoreError('UNAVAILABLE', { attempts: 1 }).message).toContain('send it again later')
  const final = new ConversationStoreError('UNAVAILABLE', { attempts: 1 }, { retryable: false })
  expect(final.message).toContain('would refuse the same call again')
  expect(final.message).not.toContain('later')
})

test('a SOURCE_UNAVAILABLE tells for how long the source says to wait, and a final one does not', () => {
  const details = { source: 's', attempts: 6, reason: 'HTTP 400', retryAfterMs: 90_400 }
  expect(new ConversationStoreError('SOURCE_UNAVAILABLE', details).message).toContain('with the same cursor, in 91 s')
  const final = new ConversationStoreError('SOURCE_UNAVAILABLE', details, { retryable: false })
  expect(final.message).toContain('would refuse the same request again')
  expect(final.message).not.toContain('91 s')
})

test('a DATA_KEPT tells what would be lost, how much of it, and how to drop it all the same', () => {
  const kept = [
    { what: 'table client_configs', rows: 3 },
    { what: 'column users.age', rows: 1 },
    { what: 'table messages', rows: 100_000 },
    { what: 'collection users', rows: 2 },
  ]
  expect(new ConversationStoreError('DATA_KEPT', { database: 'public', migration: 'platform/@001', kept }).message).toBe(
    'DATA_KEPT: platform/@001 was not undone on public, because data would be lost: table client_configs holds 3 rows, column users.age holds 1 row, table messages holds at least 100000 rows, collection users holds 2 documents; save it, then run down with --drop-data',
  )
})
