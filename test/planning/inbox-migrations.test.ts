import { expect, test } from 'vitest'
import type { InboxMigrationKind } from '../../src/model/inbox-migrations.js'
import { type InboxMigrationRow, isInLastPass, withBatch } from '../../src/model/planning/inbox-migrations.js'

const stamp = { accountId: 'acme', operationId: 'op', now: new Date('2024-05-02T12:00:00Z') }
const nothing = { conversations: 0, messages: 0, attachments: 0, contactInboxes: 0 }
const one = { conversations: 1, messages: 1, attachments: 0, contactInboxes: 1 }
const through = { moved: one, unsettled: 1, skipped: 0, contactsMerged: 0, cursor: null }

function migrationOf(kind: InboxMigrationKind, pass: number): InboxMigrationRow {
  return {
    id: 'm',
    accountId: 'acme',
    kind,
    undoes: kind === 'undo' ? 'other' : null,
    sourceInboxId: 's',
    sourceOaId: 'old',
    destinationInboxId: 'd',
    destinationOaId: 'new',
    onActiveConflict: 'skip',
    userId: null,
    status: 'running',
    counted: one,
    moved: nothing,
    contactsMerged: 0,
    skipped: 0,
    batches: pass - 1,
    pass,
    cancelRequestedAt: null,
    errorMessage: null,
    errorBacktrace: null,
    createdAt: stamp.now,
    startedAt: stamp.now,
    completedAt: null,
    updatedAt: stamp.now,
    cursor: null,
    passMoved: 0,
    operationId: 'before',
  }
}

test.each(['move', 'convert'] as const)('a %s ends with its tenth pass, whoever it finds', (kind) => {
  expect(withBatch(migrationOf(kind, 9), stamp, through)).toMatchObject({ status: 'running', pass: 10 })
  const tenth = migrationOf(kind, 10)
  expect(withBatch(tenth, stamp, { ...through, cursor: 'lan' })).toMatchObject({ status: 'running', pass: 10, passMoved: 1 })
  const ended = withBatch(tenth, stamp, through)
  expect(ended).toMatchObject({ status: 'completed', pass: 10, completedAt: stamp.now, moved: one })
  expect([isInLastPass(ended), isInLastPass(migrationOf(kind, 9))]).toEqual([true, false])
})

test('an undo goes on for as long as people are unsettled, and ends by itself', () => {
  const tenth = migrationOf('undo', 10)
  expect(withBatch(tenth, stamp, through)).toMatchObject({ status: 'running', pass: 11, completedAt: null })
  expect(withBatch(tenth, stamp, { ...through, moved: nothing, unsettled: 0 })).toMatchObject({ status: 'completed', pass: 10 })
  expect(isInLastPass(tenth)).toBe(false)
})
