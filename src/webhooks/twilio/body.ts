import { type Collected, collectReading, rejectWithoutInbox } from '../reading/collecting.js'
import { field, isRecord, kindName, stringField } from '../reading/fields.js'
import { parseExactly } from '../reading/parse-exactly.js'
import { readMessage } from './message.js'
import { readParticipants } from './participants.js'
import { readStatus, statusWord } from './receipts.js'

/** Parses the text of a body: a form, or JSON where Twilio posts some. */
export function parseForm(text: string): unknown {
  return /^\s*[[{]/.test(text) ? parseExactly(text) : Object.fromEntries(new URLSearchParams(text))
}

/** Reads the parameters of a form. There is one message or one status in it. */
export function readBody(body: unknown, oaId: string | undefined, collected: Collected): void {
  if (isEventStream(body))
    return void collected.ignored.push({ path: 'body', reason: 'Event Streams (CloudEvents), not a messaging webhook' })
  if (!isRecord(body)) return void collected.rejected.push({ path: 'body', reason: 'not the parameters of a form' })
  if (stringField(body, 'ConversationSid') !== null) {
    return void collected.ignored.push({ path: 'body', reason: `Twilio Conversations: ${kindName(field(body, 'EventType'))}` })
  }
  const word = statusWord(body)
  const participants = readParticipants(body, oaId, word === null ? 'inbound' : 'outbound')
  if (word !== null && !('refused' in participants) && !('ignored' in participants) && participants.oaId === null) {
    return void rejectWithoutInbox('body', collected)
  }
  const reading = word === null ? readMessage(body, participants) : readStatus(body, word, participants)
  collectReading(reading, 'body', collected)
}

function isEventStream(body: unknown): boolean {
  return Array.isArray(body) && body.length > 0 && body.every((event) => (field(event, 'specversion') ?? null) !== null)
}
