import { type Collected, collectEach, collectReading } from '../reading/collecting.js'
import { field, isRecord, kindName, stringField } from '../reading/fields.js'
import type { ItemReading } from '../reading/item-context.js'
import { readReaction } from './changes.js'
import { readFact } from './facts.js'
import { readMessage } from './message.js'
import { readReceipt } from './receipts.js'

type Reader = (event: unknown, name: string, oaId: string | undefined) => ItemReading

const readers: Readonly<Record<string, Reader>> = {
  user_received_message: readReceipt,
  user_seen_message: readReceipt,
  user_reacted_message: readReaction,
  oa_reacted_message: readReaction,
  follow: readFact,
  unfollow: readFact,
  user_click_chatnow: readFact,
  user_withdraw: readFact,
}

/** What the names of other events begin with, and why they are no events of a conversation. */
const ignored: readonly (readonly [RegExp, string])[] = [
  [/^(user|oa)_send_group_/, 'group message: recipient.id is the group'],
  [/^(user|oa)_send_anonymous_|^anonymous_/, 'a message of somebody without an id'],
  [/_group$|_group_|^group_/, 'group management'],
  [/^user_submit_info$/, 'profile data, not a message'],
  [/_call_|^call_/, 'call event'],
]

/** Reads an event, or a list of them. Zalo posts one at a time. */
export function readBody(body: unknown, oaId: string | undefined, collected: Collected): void {
  if (Array.isArray(body)) collectEach(body, '', collected, (event, path) => readEvent(event, path, oaId, collected))
  else readEvent(body, 'body', oaId, collected)
}

function readEvent(event: unknown, path: string, oaId: string | undefined, collected: Collected): void {
  if (!isRecord(event)) return void collected.rejected.push({ path, reason: 'not an object' })
  if (Object.keys(event).length === 0) return void collected.ignored.push({ path, reason: 'registration probe: empty object' })
  const name = stringField(event, 'event_name') ?? ''
  if (name === '') return void collected.rejected.push({ path, reason: 'event_name is missing' })
  collectReading(readNamed(event, name, oaId), path, collected)
}

function readNamed(event: unknown, name: string, oaId: string | undefined): ItemReading {
  const reader = Object.hasOwn(readers, name) ? readers[name] : undefined
  if (reader !== undefined) return reader(event, name, oaId)
  const known = ignored.find(([pattern]) => pattern.test(name))
  if (known !== undefined) return { ignored: `${kindName(name)}: ${known[1]}` }
  // Some of these ask for something, as for a consent, and have no message.
  if (/^(user|oa)_send_/.test(name) && isRecord(field(event, 'message'))) return readMessage(event, name, oaId)
  return { ignored: `${kindName(name)} is not an event of a conversation` }
}
