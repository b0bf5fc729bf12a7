import { ConversationStoreError } from '../../model/errors.js'
import type { EventInput } from '../../model/event-inputs.js'
import { event as eventSchema } from '../../model/validation/event-schemas.js'
import { parse } from '../../model/validation/parse.js'

/** Why the store would refuse an event, and with it the whole page; null if it takes it. */
export function refusalBy(event: EventInput): string | null {
  try {
    parse(eventSchema, event)
    return null
  } catch (error) {
    if (!(error instanceof ConversationStoreError)) throw error
    return error.message.replace(/\s+/g, ' ')
  }
}
