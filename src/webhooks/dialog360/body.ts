import type { Collected } from '../reading/collecting.js'
import { field, isRecord, stringField } from '../reading/fields.js'
import { readCloudBody } from '../reading/whatsapp/cloud-body.js'
import type { WhatsappSource } from '../reading/whatsapp/inbox.js'
import { readValue } from '../reading/whatsapp/value.js'

/**
 * Reads a body of 360dialog's, which has one of three forms: the Cloud API's; the one of an on-premise client, without
 * an envelope and without its inbox; and the one of the partner webhook, with `event` and `data`.
 */
export function readBody(body: unknown, source: WhatsappSource, collected: Collected): void {
  if (!isRecord(body)) return void collected.rejected.push({ path: 'body', reason: 'not an object' })
  const event = stringField(body, 'event')
  if (event !== null && isRecord(field(body, 'data'))) readValue(eventField(event), field(body, 'data'), 'data', source, collected)
  else if (field(body, 'object') !== undefined || field(body, 'entry') !== undefined) readCloudBody(body, source, collected)
  else readValue('messages', body, 'body', source, collected)
}

/** The partner webhook names an event as the Cloud API names the field of a change. */
function eventField(event: string): string {
  return event === 'message' || event === 'status' || event === 'statuses' ? 'messages' : event
}
