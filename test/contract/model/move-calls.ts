import type { AccountConversations } from '../../../src/store/account-conversations.js'
import type { InboxMigration } from '../../../src/store/inbox-move-port.js'
import { collect } from './collect.js'
import type { Call, MoveCall } from './operation.js'

/** A move of an inbox as an answer last told of it. */
export type KnownMigration = Pick<InboxMigration, 'id' | 'batches'>

interface Replicated {
  readonly oaId: (inbox: number) => string
  /** The one that an answer told of last is the last of them. */
  readonly migrations: KnownMigration[]
}

export function isMoveCall(call: Call): call is MoveCall {
  return /\bmoves?\b/.test(call.verb)
}

/** Sends a random call about moves of inboxes. */
export function sendMove(to: AccountConversations, call: MoveCall, { oaId, migrations }: Replicated): PromiseLike<unknown> {
  const known = (number: number) => migrations.at(-1 - (number % Math.max(1, migrations.length))) ?? { id: 'none yet', batches: 0 }
  const note = (migration: InboxMigration): InboxMigration => {
    const place = migrations.findIndex(({ id }) => id === migration.id)
    if (place >= 0) migrations.splice(place, 1)
    migrations.push(migration)
    return migration
  }
  switch (call.verb) {
    case 'begin move': {
      const between = {
        sourceOaId: oaId(call.inbox),
        destinationOaId: oaId(call.into),
        kind: call.isConversion ? 'convert' : 'move',
      } as const
      return to.beginInboxMigration({ ...between, onActiveConflict: call.onConflict, userId: '$u' }).then(note)
    }
    case 'undo move':
      return to.undoInboxMigration({ migrationId: known(call.migration).id, userId: '$u' }).then(note)
    case 'move batch': {
      const { id: migrationId, batches } = known(call.migration)
      const { people, conversations } = call
      const expectedBatches = call.isLate ? batches + 1 : batches
      return to.moveInboxBatch({ migrationId, expectedBatches, people, conversations }).then(note)
    }
    case 'end move': {
      const { id: migrationId } = known(call.migration)
      return to.endInboxMigration(
        call.as === 'cancelled' ? { migrationId, as: call.as } : { migrationId, as: call.as, message: '$why', backtrace: '$where' },
      )
    }
    case 'find move':
      return to.findInboxMigration({ migrationId: known(call.migration).id })
    case 'moves': {
      const { limit, inbox, active } = call
      return collect(
        to.listInboxMigrations({ limit, ...(inbox !== undefined && { sourceOaId: oaId(inbox) }), ...(active !== undefined && { active }) }),
      )
    }
    case 'preview move':
      return to.previewInboxMove({ sourceOaId: oaId(call.inbox), destinationOaId: oaId(call.into), limit: call.limit })
  }
}
