import type { AttachmentInput, MessageEventInput } from '../../model/event-inputs.js'
import type { JsonObject } from '../../model/json.js'
import { eventBase, type ItemContext } from './item-context.js'

/** What a channel's body says of a message. */
interface SaidMessage {
  readonly messageId: string
  readonly text: string
  readonly attachments?: readonly AttachmentInput[] | undefined
  readonly metadata: JsonObject | null
  /** The message that this one answers; null when it answers none. */
  readonly replyTo: string | null
}

/** Puts a message together, as all channels do. */
export function messageEvent(
  context: ItemContext,
  { messageId, text, attachments = [], metadata, replyTo }: SaidMessage,
): MessageEventInput {
  return {
    type: 'message',
    messageId,
    direction: context.fromInbox ? 'outbound' : 'inbound',
    text,
    attachments,
    metadata,
    ...(replyTo !== null && { replyTo }),
    ...(context.history === true && { history: true }),
    ...eventBase(context),
  }
}
