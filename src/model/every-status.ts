import type { ConversationStatus } from './records.js'

/** The statuses that a conversation can have. */
export const everyStatus: readonly ConversationStatus[] = ['open', 'snoozed', 'closed']
