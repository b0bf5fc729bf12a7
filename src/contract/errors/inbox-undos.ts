import assert from 'node:assert/strict'
import { begun, moveAll, moveOf } from '../cases/inbox-moves/move-calls.js'
import { type CaseList, withJointWrites } from '../contract-case.js'
import { rejects } from '../expectations.js'

export const inboxUndoRefusedCases: CaseList = withJointWrites([
  {
    title: 'is the answer for what is an undo itself, and for what was undone; what is not over is in progress',
    async run({ scene, raw, unique }) {
      const here = scene()
      const move = await moveOf(here, unique)
      const { account, accountId } = here
      const first = await begun(move)
      const { id: migrationId, sourceOaId, destinationOaId } = first
      const undo = () => account.undoInboxMigration({ migrationId })
      await rejects(undo(), 'INBOX_MIGRATION_IN_PROGRESS', { migrationId, sourceOaId, destinationOaId })
      await moveAll(move, first)
      const undoing = await undo()
      const back = { sourceOaId: destinationOaId, destinationOaId: sourceOaId }
      await rejects(undo(), 'INBOX_MIGRATION_IN_PROGRESS', { migrationId: undoing.id, ...back })
      await moveAll(move, undoing)
      const refused = await rejects(undo(), 'INBOX_UNDO_REFUSED', { migrationId, reason: 'was undone', undoneBy: undoing.id })
      assert.deepEqual([refused.retryable, refused.httpStatus], [false, 409])
      const undoOfUndo = account.undoInboxMigration({ migrationId: undoing.id })
      await rejects(undoOfUndo, 'INBOX_UNDO_REFUSED', { migrationId: undoing.id, reason: 'is an undo', undoneBy: null })
      assert.equal((await raw.inboxMigrations(accountId)).length, 2)
    },
  },
])
