import type { AttachmentInput } from '../../../model/event-inputs.js'
import type { JsonObject } from '../../../model/json.js'
import type { ItemContext } from '../item-context.js'

/** What is known of a message before its type is read. */
export interface WhatsappContext extends ItemContext {
  readonly customerId: string
  /** WhatsApp's id of the message, edit, deletion or reaction itself. */
  readonly messageId: string
  /** The message as its type describes it. The echo of a standby thread has it one level deeper. */
  readonly said: unknown
}

/** What a message says. */
export interface Content {
  readonly text: string
  readonly attachments?: readonly AttachmentInput[]
  readonly metadata?: JsonObject | null
  /** True when WhatsApp could not deliver it, or nobody knows its type. */
  readonly isUnsupported?: boolean
}
