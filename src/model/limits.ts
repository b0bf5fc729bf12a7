/** What one call may carry. More is `PAYLOAD_TOO_LARGE` (sizes and counts) or `VALIDATION_FAILED` (shapes), before anything is sent. */
export const limits = {
  /** UTF-8 bytes of any id. */
  idBytes: 512,
  /** UTF-8 bytes of a message's text. */
  textBytes: 1024 * 1024,
  /** UTF-8 bytes of names and other short texts. */
  nameBytes: 4096,
  /** UTF-8 bytes of a metadata or payload object as JSON. */
  metadataBytes: 256 * 1024,
  metadataDepth: 32,
  attachments: 100,
  /** Conversations in one bulk call. */
  batchConversations: 1000,
  /** Events in one call, over all its conversations. */
  batchEvents: 5000,
  /** UTF-8 bytes of one call as JSON. */
  batchBytes: 16 * 1024 * 1024,
  /** Items of one page. */
  pageItems: 500,
  /** Targets of one receipt. */
  receiptTargets: 1000,
} as const

/** An `occurredAt` further ahead than this is stored, and taken as now wherever a time is derived from it. */
export const clockSkewMs = 5 * 60 * 1000

/** Operation ids that a conversation remembers (contract, clause 12). */
export const rememberedOperations = 16

/** Characters of `lastMessagePreview`. */
export const previewCharacters = 160

/** Channels on which a host may reply only for a time after the customer's last inbound message, and for how long. */
export const replyWindowChannels: readonly string[] = ['whatsapp', 'messenger', 'instagram']
export const replyWindowMs = 24 * 60 * 60 * 1000

/** Items of a page whose size the host does not name. */
export const defaultPageItems = 50

/** The longest `reopenWithin`: a hundred years, which also keeps `closedAt + reopenWithin` a date. */
export const longestReopenWithinMs = 100 * 366 * 24 * 60 * 60 * 1000
