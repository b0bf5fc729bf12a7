import { defaultMovedConversations, defaultPreviewedContactInboxes, limits } from '../model/limits.js'
import type { MigrationEnd } from '../model/planning/inbox-migrations.js'
import { readSignal } from '../model/validation/call-options.js'
import {
  beginInboxMigrationInput,
  endInboxMigrationInput,
  findInboxMigrationInput,
  listInboxMigrationsInput,
  moveInboxBatchInput,
  previewInboxMoveInput,
  undoInboxMigrationInput,
} from '../model/validation/inbox-migration-schemas.js'
import { refusal } from '../model/validation/refusal.js'
import { type AccountContext, sendWrite } from './account-context.js'
import type { InboxMigration } from './inbox-move-port.js'
import type { InboxMoves } from './inbox-moves.js'
import type { KeysetList } from './keyset-list.js'
import { preparedList } from './prepared-list.js'

type InboxMoveWrites = Pick<InboxMoves, 'beginInboxMigration' | 'undoInboxMigration' | 'moveInboxBatch' | 'endInboxMigration'>

/** As many as one person may need. */
const leastContactInboxIds = limits.identitiesOfPerson
const nothing = { conversations: 0, messages: 0, attachments: 0, contactInboxes: 0 }

export function accountInboxMoveWrites(context: AccountContext): InboxMoveWrites {
  return {
    async beginInboxMigration(given) {
      const input = context.parse(beginInboxMigrationInput, given)
      const { sourceOaId, destinationOaId, kind = 'move', onActiveConflict, userId = null, counted = nothing } = input
      if (sourceOaId === destinationOaId) throw refusal(['destinationOaId'], 'must be another inbox than the source')
      const begun = { migrationId: context.newId(), kind, sourceOaId, destinationOaId, onActiveConflict, userId, counted }
      return sendWrite(context, (operations, stamp) => operations.beginInboxMigration({ ...stamp, ...begun }))
    },

    async undoInboxMigration(given) {
      const { migrationId: undoes, userId = null } = context.parse(undoInboxMigrationInput, given)
      const begun = { migrationId: context.newId(), undoes, userId }
      return sendWrite(context, (operations, stamp) => operations.undoInboxMigration({ ...stamp, ...begun }))
    },

    async moveInboxBatch(given) {
      const input = context.parse(moveInboxBatchInput, given)
      const { migrationId, expectedBatches, people = limits.movedPeople, conversations = defaultMovedConversations, withinMs } = input
      const contactInboxIds = Array.from({ length: Math.max(people, leastContactInboxIds) }, () => context.newId())
      const batch = { migrationId, expectedBatches, people, conversations, contactInboxIds }
      return sendWrite(context, (operations, stamp) => operations.moveInboxBatch({ ...stamp, ...batch }), withinMs)
    },

    async endInboxMigration(given) {
      const input = context.parse(endInboxMigrationInput, given)
      const { migrationId } = input
      const end: MigrationEnd =
        input.as === 'failed' ? { as: 'failed', message: input.message, backtrace: input.backtrace ?? null } : { as: 'cancelled' }
      return sendWrite(context, (operations, stamp) => operations.endInboxMigration({ ...stamp, migrationId, end }))
    },
  }
}

export function accountInboxMoveReads(context: AccountContext): Omit<InboxMoves, keyof InboxMoveWrites> {
  return {
    async findInboxMigration(given, options) {
      const { migrationId } = context.parse(findInboxMigrationInput, given)
      const { accountId, dispatch } = context
      return dispatch.read(readSignal(options), (operations, bounds) =>
        operations.findInboxMigration({ accountId, migrationId, ...bounds }),
      )
    },

    listInboxMigrations: (input = {}, options) =>
      preparedList(context, options, () => {
        const { sourceOaId = null, active = null, ...page } = context.parse(listInboxMigrationsInput, input)
        const keyset: KeysetList<InboxMigration> = {
          name: `inbox migrations ${active ?? ''} ${sourceOaId ?? ''}`,
          kinds: ['time', 'id'],
          keysOf: ({ createdAt, id }) => [createdAt.getTime(), id],
          fetchPage: (operations, at) => operations.listInboxMigrations({ ...at, sourceOaId, active }),
        }
        return { keyset, page }
      }),

    async previewInboxMove(given, options) {
      const input = context.parse(previewInboxMoveInput, given)
      const { sourceOaId, destinationOaId, after = null, limit = defaultPreviewedContactInboxes } = input
      const { accountId, dispatch } = context
      return dispatch.read(readSignal(options), (operations, bounds) =>
        operations.previewInboxMove({ accountId, sourceOaId, destinationOaId, after, limit, ...bounds }),
      )
    },
  }
}
