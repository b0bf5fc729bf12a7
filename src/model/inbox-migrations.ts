/**
 * - `queued`: nobody has moved a batch yet.
 * - `running`: batches were moved, and there may be more.
 * - `completed`: the last pass found nobody left in the source who can be moved, or it was the tenth of a move or a
 *   conversion. People may have come in behind that one, and a new migration goes on with them.
 * - `failed`: somebody has to mend something first. What moved stays moved, and a new migration goes on with the rest.
 * - `cancelled`: what moved stays moved, and a new migration goes on with the rest.
 */
export type InboxMigrationStatus = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled'

/**
 * - `move`: to another number. The reply windows of what moves are over, because they are a number's own.
 * - `convert`: the same number under another provider. Reply windows stay.
 * - `undo`: back to where another migration has moved people from. It has that one's inboxes the other way round.
 */
export type InboxMigrationKind = MovingKind | 'undo'
export type MovingKind = 'move' | 'convert'

/**
 * What becomes of a person whom the destination knows already: by one of their ids, or because an active conversation
 * there has the username of theirs.
 *
 * - `skip`: the person stays in the source, whole.
 * - `close_source`: the person moves. Their active conversation closes as it is. If the destination has one of their
 *   ids, they become one person with whoever has it there.
 * - `merge`: the same, but their active conversation is merged into the active one that the person has there, and goes
 *   on where there is none.
 */
export type OnActiveConflict = 'merge' | 'close_source' | 'skip'

/** How much there is in an inbox. Attachments are counted one by one, and messages whether they are shown or not. */
export interface InboxCounts {
  readonly conversations: number
  readonly messages: number
  readonly attachments: number
  readonly contactInboxes: number
}

/** The move of all conversations of one inbox to another one, or the way back, over all its batches. */
export interface InboxMigration {
  readonly id: string
  readonly accountId: string
  readonly kind: InboxMigrationKind
  /** The migration that an undo undoes. Null for the other kinds. */
  readonly undoes: string | null
  readonly sourceInboxId: string
  readonly sourceOaId: string
  readonly destinationInboxId: string
  readonly destinationOaId: string
  readonly onActiveConflict: OnActiveConflict
  /** Who started it, as the host said. */
  readonly userId: string | null
  readonly status: InboxMigrationStatus
  /** What there was in the source when it was started, as the starter counted it. Live traffic adds to it. */
  readonly counted: InboxCounts
  /** What came along. A message comes along with its contact inbox; none is written. */
  readonly moved: InboxCounts
  /** Contacts that became one by it. */
  readonly contactsMerged: number
  /** People who stay in the source, of those whom this pass has come to. */
  readonly skipped: number
  /** Batches that were moved, also those in which nobody moved. */
  readonly batches: number
  /**
   * The passes over the source, this one among them. The last one finds nobody who moves, or it is the tenth of a move
   * or a conversion, into whose source people come as fast as it moves them.
   */
  readonly pass: number
  /** When somebody asked to cancel it while it was running. The next batch ends it. */
  readonly cancelRequestedAt: Date | null
  /** Why it failed: a code and a sentence, which hold nothing that people wrote. */
  readonly errorMessage: string | null
  /** Where in the program it failed, without messages and values. */
  readonly errorBacktrace: string | null
  readonly createdAt: Date
  /** When the first batch was moved. */
  readonly startedAt: Date | null
  /** When it was completed, cancelled, or failed. Null while it is active. */
  readonly completedAt: Date | null
  /** When it last moved. */
  readonly updatedAt: Date
}

/**
 * Why a person stays where a move skips: `id` and `identity` are the customer's own id, and another one of the person's
 * ids, that the destination knows; `number` is a phone number among these that it knows in another form, such as
 * `whatsapp:+84…` for `84…`; `username` is that of an active conversation there. `variant` is only a candidate: a
 * number of Brazil, Argentina or Mexico that the destination knows in the other national writing, while each inbox
 * knows one of the two writings alone.
 */
export type InboxMoveMatch = 'id' | 'identity' | 'number' | 'username' | 'variant'

/** A person whom the destination knows already. */
export interface KnownInDestination {
  readonly customerId: string
  readonly contactId: string | null
  readonly matchedBy: InboxMoveMatch
  /** The contact of the person there with whom they become one, which stays. Null where there is none. */
  readonly destinationContactId: string | null
  /** Whether they have an active conversation, and they, or somebody with its username, have one there too. */
  readonly hasActiveConflict: boolean
  /**
   * Whether they stay whatever the migration does with conflicts: their ids are those of two people there, or can't be
   * one person's with those of the one, or only another national writing of their number is known there.
   */
  readonly staysApart: boolean
}

/** What a part of an inbox holds, and who of it is known in another one. */
export interface InboxMovePreview extends InboxCounts {
  /** People: contact inboxes that are no aliases. */
  readonly people: number
  /** Those of the people who have a contact. */
  readonly contacts: number
  /**
   * Those of the people who are known by ids of accounts alone, such as a `user_id`, and by no phone number. Such an id
   * is of one business portfolio, so another number may not reach them by it.
   */
  readonly unreachable: number
  /** By `customerId`, all of this part. */
  readonly known: readonly KnownInDestination[]
  /** The last `customerId` of this part. Null when there is nothing after it. */
  readonly next: string | null
}
