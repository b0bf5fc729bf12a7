import { expect, test } from 'vitest'
import { type ConnectionCauseCode, causeInWords } from '../../src/model/connection-cause.js'
import { ConversationStoreError, type ErrorCode, type ErrorDetails } from '../../src/model/errors.js'

const messageOf = <C extends ErrorCode>(code: C, details: ErrorDetails[C], options = {}) =>
  new ConversationStoreError(code, details, options).message.slice(`${code}: `.length)

const causes: Readonly<Record<ConnectionCauseCode, string>> = {
  REFUSED: 'db:1 refused the connection: see that the server runs there and listens on that port',
  UNREACHABLE: 'there is no way to db:1: see the network and the firewall',
  HOST_NOT_FOUND: 'the name of db:1 is not known: check the host in the connection string, and the name server',
  TIMEOUT: 'db:1 did not answer in time: see that it can be reached from here, and that it is not overloaded',
  CONNECTION_LOST: 'the connection to db:1 was lost',
  TLS: 'no encrypted connection to db:1 could be agreed on: check the certificates and the setting of TLS in the connection string',
  AUTHENTICATION: 'db:1 refused the user or the password: check both in the connection string',
  DATABASE_NOT_FOUND: 'db:1 has no such database: check its name in the connection string, or create it',
  RIGHTS: 'db:1 does not allow it to this user: grant the right, or connect as another user',
  READ_ONLY: 'db:1 only reads: connect to the primary, or end what makes it read-only',
  NO_PRIMARY: 'db:1 has no primary that takes writes: see the state of the replica set, and its name in the connection string',
  STARTING: 'db:1 is starting or shutting down',
  TOO_MANY_CONNECTIONS: 'db:1 gives no more connections: end some, or raise its limit',
  POOL_EXHAUSTED: "no connection of the client's pool to db:1 became free in time: make the pool larger",
  NO_SPACE: 'the disk or the memory of db:1 is full',
  STATEMENT_STOPPED: 'db:1 stopped the statement: a time limit of the role, the database or the host is too short for it',
}

test.each(Object.entries(causes))('the words of a connection that fails by %s', (code, words) => {
  const cause = { code: code as ConnectionCauseCode, host: 'db:1', driverCode: null }
  expect(causeInWords(cause)).toBe(words)
  expect(causeInWords({ ...cause, host: null, driverCode: '57P03' })).toBe(`${words.replace('db:1', 'the server')} (57P03)`)
  expect(messageOf('UNAVAILABLE', { attempts: 3, cause })).toBe(`${words}; nothing was written in 3 attempt(s), send the call again later`)
  expect(messageOf('UNAVAILABLE', { attempts: 1, cause }, { retryable: false })).toBe(
    `${words}; nothing was written, and the same call would be refused again`,
  )
  expect(messageOf('UNSUPPORTED', { operation: 'this call', needs: 'another user', cause })).toBe(`${words}; this call needs another user`)
})

test('the words of a lock that another has', () => {
  const locked = (holder: string | null, expiresInMs: number | null) =>
    messageOf('MIGRATION_LOCKED', { database: 'chat', holder, expiresInMs })
  expect(locked('app:7', 1_200)).toBe(
    'chat is being migrated by app:7; wait (its lease ends in 2 s if it is gone), or see `conversation-store lock show`',
  )
  expect(locked(null, null)).toBe('chat is being migrated by another runner; wait, or see `conversation-store lock show`')
})

test('the words of a ledger and a program that contradict each other', () => {
  const none = { database: 'chat', changed: [], missing: [], outOfOrder: [], newer: [] }
  const refused = (lists: Partial<typeof none | Readonly<Record<string, string[]>>>) =>
    messageOf('MIGRATION_REFUSED', { ...none, ...lists })
  expect(refused({ changed: ['users@001', 'users@002'] })).toBe(
    'chat was not migrated: users@001, users@002 changed after being applied: undo the change, and make a further migration',
  )
  expect(refused({ missing: ['users@002'] })).toBe(
    'chat was not migrated: users@002 was applied and is not in the program: bring its definition back',
  )
  expect(refused({ outOfOrder: ['users@002'] })).toBe(
    'chat was not migrated: users@002 comes before one that was applied: give it a later version, or allow it',
  )
  expect(refused({ newer: ['users@009'], missing: ['users@002'] })).toBe(
    'chat was not migrated: users@002 was applied and is not in the program: bring its definition back; users@009 is newer than this program: upgrade it',
  )
})

test('the words of a step that failed', () => {
  const place = { database: 'chat', migration: 'users@002', step: 'indexes' }
  expect(messageOf('MIGRATION_FAILED', { ...place, reason: 'no space' })).toBe(
    'users@002 failed on chat at the step indexes: no space; mend it and run migrate again, which goes on at this step',
  )
  const duplicates = { fields: ['a', 'b'], groups: [], totalGroups: 2, totalDocuments: 5, query: 'db.users.find()' }
  const index = { collection: 'users', index: 'idx_a' }
  expect(messageOf('DUPLICATE_KEYS', { ...place, ...index, ...duplicates })).toBe(
    'users@002 failed at the step indexes: idx_a on chat.users needs a, b to be unique, and 5 documents share 2 key(s); list them with db.users.find(), mend them and run again',
  )
  const { migration: _, step: __, ...nowhere } = place
  expect(messageOf('DUPLICATE_KEYS', { ...nowhere, ...index, ...duplicates, during: 'merge' })).toBe(
    'the unique index idx_a of chat.users did not let the messages of 2 customer(s) be moved, because several of them share a key of a, b; their conversations stay as they were: list the messages with db.users.find(), change or delete all but one of each key, or drop the index, and run again',
  )
  expect(messageOf('INDEX_CONFLICT', { ...nowhere, ...index, found: 'idx_b', differences: ['unique', 'where'] })).toBe(
    'idx_a cannot be made on chat.users: idx_b stands there and differs in unique, where; run sync:indexes to replace it, or drop it',
  )
  const inTheWay = { ...nowhere, ...index, found: 'idx_a', differences: ['unique'] }
  expect(messageOf('INDEX_CONFLICT', { ...inTheWay, during: 'apply' })).toBe(
    'idx_a cannot be made on chat.users: idx_a stands there and differs in unique; rename it or drop it, and run again',
  )
  expect(messageOf('INDEX_CONFLICT', { ...inTheWay, during: 'revert' })).toBe(
    "the way back ended before the index idx_a of chat.users: idx_a stands there and differs in unique, so it is somebody else's; rename it or drop it, and undo again",
  )
})

test('the words of a change that others block', () => {
  const blocked = (blockers: ErrorDetails['SCHEMA_CHANGE_BLOCKED']['blockers']) =>
    messageOf('SCHEMA_CHANGE_BLOCKED', { database: 'chat', object: 'index idx_a', attempts: 6, blockers })
  const end = '; nothing was changed, run again when they are done, or end them'
  expect(blocked([])).toBe(`index idx_a of chat could not be changed in 6 attempt(s): others were using it${end}`)
  expect(
    blocked([
      { pid: 7, application: 'report', state: 'idle in transaction', transactionAgeMs: 61_400 },
      { pid: 8, application: '', state: null, transactionAgeMs: null },
    ]),
  ).toBe(
    `index idx_a of chat could not be changed in 6 attempt(s): in the way: backend 7 (report), idle in transaction, for 61 s; backend 8${end}`,
  )
})

test('the words of a lease that is lost, by what is known of it', () => {
  expect(messageOf('LEASE_LOST', { key: 'migrations of chat', reason: 'taken over' })).toBe(
    'the lease migrations of chat was taken over by another, or ended; stop this work, and look at what it has written',
  )
  expect(messageOf('LEASE_LOST', { key: 'migrations of chat', reason: 'no answer' })).toBe(
    'the database did not answer in time whether the lease migrations of chat is still held, so another may have it; stop this work, and look at what it has written',
  )
})

test('the words of a schema that does not fit', () => {
  expect(messageOf('SCHEMA_OUT_OF_DATE', { missing: ['step 1 (tables)', 'table leases'] })).toBe(
    'the database lacks step 1 (tables), table leases; call store.migrate() once, with rights to create tables',
  )
  expect(messageOf('SCHEMA_TOO_NEW', { found: 9, supported: 1 })).toBe(
    'the database has schema 9, this library knows up to 1; upgrade conversation-store',
  )
  expect(messageOf('FOREIGN_UNIQUE_INDEX', { table: 'conversations', index: 'old' })).toBe(
    "the unique index old of conversations refused the write, and it is not the store's; drop it, because the store's own indexes keep doubles out",
  )
})
