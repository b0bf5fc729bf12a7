/**
 * What one call may carry. A call that exceeds a limit throws `PAYLOAD_TOO_LARGE` (for sizes and counts) or
 * `VALIDATION_FAILED` (for shapes) before anything is sent.
 */
export const limits = {
  /** UTF-8 bytes of any id. */
  idBytes: 512,
  /** UTF-8 bytes of a message's text. */
  textBytes: 1024 * 1024,
  /** UTF-8 bytes of names and other short texts. */
  nameBytes: 4096,
  /**
   * UTF-8 bytes of a metadata or payload object as JSON, with every number written out in digits, as PostgreSQL keeps
   * it.
   */
  metadataBytes: 256 * 1024,
  metadataDepth: 32,
  /** Values in one metadata or payload object: strings, numbers, booleans, nulls, arrays and objects. */
  metadataValues: 20_000,
  /** Attachments of one message. What comes later and has no room is left out. */
  attachments: 100,
  /** Conversations in one bulk call. */
  batchConversations: 1000,
  /** Events in one call, over all its conversations. */
  batchEvents: 5000,
  /** UTF-8 bytes of one call as JSON. */
  batchBytes: 16 * 1024 * 1024,
  /** Values in one call, of every kind. Reading more of them would block the event loop for too long. */
  batchValues: 250_000,
  /** Items of one page. */
  pageItems: 500,
  /** Targets of one receipt. */
  receiptTargets: 1000,
  /** Events that wait under one customer of an inbox. A further one pushes out the one that has waited longest. */
  waitingEvents: 1000,
  /** Customers that are named for an id which replies to several of them have. */
  receivers: 10,
  /** Ids by which one payload names a customer. */
  identities: 8,
  /** Ids of one person in one inbox that the conversation tells. */
  identitiesOfPerson: 32,
  /** UTF-8 bytes of the kind of an id. */
  kindBytes: 64,
  /** Events that one call of `sweep` removes, and kept bodies that one call of `clearWebhooks` does. */
  sweepEvents: 5000,
  /** UTF-8 bytes of a kept body as JSON. A document of MongoDB holds 16 MiB. */
  keptBodyBytes: 12 * 1024 * 1024,
  /** Kept bodies that one call of `takeWebhooks` takes up. */
  takenWebhooks: 100,
  /** UTF-8 bytes of the cursor of a source of history. */
  syncCursorBytes: 256 * 1024,
  /** Contact inboxes that one batch of a moving inbox looks at. */
  movedPeople: 500,
  /** Conversations after which a batch of a moving inbox takes no further person. */
  movedConversations: 20_000,
  /** Contact inboxes that one part of the preview of a move looks at. */
  previewedContactInboxes: 5000,
} as const

/** How long an event waits for what it is about. */
export const waitingEventMs = 30 * 24 * 60 * 60 * 1000

/**
 * How many events that have waited too long one write removes, and how many more than it adds it pushes out. A write
 * for a customer under whom very many wait stays short by it.
 */
export const removedByOneWrite = 100

/** How many events one call of `sweep` removes when the host gives no limit. */
export const defaultSweepEvents = 1000

/** An `occurredAt` further ahead than this is stored as it is, and counts as now for every time derived from it. */
export const clockSkewMs = 5 * 60 * 1000

/** The number of operation ids that a conversation remembers at most (contract, clause 12). */
export const rememberedOperations = 16

/**
 * How long an operation is remembered, by the database's clock: a call may be sent again for 30 seconds, twice that for
 * hosts that give it longer, and 5 seconds for a clock that steps with a change of the primary. The next write drops
 * what is older.
 */
export const rememberedOperationsMs = 65_000

/**
 * The number of senders whose reactions a message keeps: those who reacted last. A message that everybody reacts to
 * would otherwise be read and written whole for each of them.
 */
export const reactionSenders = 100

/** The most conversations that one conversation holds by merges. */
export const mergedParts = 64

/** Length of `lastMessagePreview` in characters. */
export const previewCharacters = 160

/**
 * The channels on which a host may reply only for some time after the customer's last inbound message, and that time.
 */
export const replyWindowChannels: readonly string[] = ['whatsapp', 'messenger', 'instagram']
export const replyWindowMs = 24 * 60 * 60 * 1000

/** How many kept bodies one call of `takeWebhooks` takes up when it gives no limit. */
export const defaultTakenWebhooks = 10

/** The number of items in a page when the host gives no limit. */
export const defaultPageItems = 50

/** The longest `reopenWithin`: a hundred years. The bound also keeps `closedAt + reopenWithin` a valid date. */
export const longestReopenWithinMs = 100 * 366 * 24 * 60 * 60 * 1000

/** The longest time that a lease is given at once: a day. A holder that needs it for longer renews it. */
export const longestLeaseMs = 24 * 60 * 60 * 1000

/** The longest time for which a body of a webhook is kept: ten years. */
export const longestRetentionMs = 3653 * 24 * 60 * 60 * 1000

/** For how long a session of a sync is kept once it is finished, when the host says nothing: 90 days. */
export const defaultSyncRetentionMs = 90 * 24 * 60 * 60 * 1000

/** How long a channel may say nothing of a history that it is to push, before its session has failed: a day. */
export const pushedHistoryMs = 24 * 60 * 60 * 1000

/** How many sessions whose time is over the beginning of one removes. */
export const removedSyncSessions = 100

/** After how many conversations a batch of a moving inbox takes no further person, when the host says nothing. */
export const defaultMovedConversations = 2000

/** How many contact inboxes one part of the preview of a move looks at, when the host says nothing. */
export const defaultPreviewedContactInboxes = 1000
