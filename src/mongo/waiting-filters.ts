import type { Doc } from './driver.js'

/** A filter for the messages that answer a customer, as `isAnswer` takes them. */
export const answers: Doc = { direction: 'outbound', sender_type: { $in: ['agent', 'bot'] }, status: { $ne: 'failed' } }

/** A filter for the messages that let a customer wait, later than a place in the list by time, or of all. */
export function questionsAfter(after: { readonly at: Date; readonly seq: number } | null): Doc {
  const later = after && { occurred_at: { $gte: after.at }, $or: [{ occurred_at: { $gt: after.at } }, { seq: { $gt: after.seq } }] }
  return { direction: 'inbound', is_history: { $exists: false }, ...later }
}
