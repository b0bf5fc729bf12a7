import { type Collected, collectEach, collectReading, rejectWithoutInbox } from '../reading/collecting.js'
import { field, isRecord, kindName } from '../reading/fields.js'
import type { ItemReading } from '../reading/item-context.js'
import { readDeletions, readEdit, readReaction } from './changes.js'
import { readCallback } from './facts.js'
import { readMessage } from './message.js'

const readers: Readonly<Record<string, (update: unknown, oaId: string) => ItemReading>> = {
  message: readMessage,
  business_message: readMessage,
  edited_message: readEdit,
  edited_business_message: readEdit,
  deleted_business_messages: readDeletions,
  message_reaction: readReaction,
  callback_query: readCallback,
}

/** Reads an update, or a list of them, as `getUpdates` returns it. */
export function readBody(body: unknown, oaId: string | undefined, collected: Collected): void {
  if (Array.isArray(body)) collectEach(body, '', collected, (update, path) => readUpdate(update, path, oaId, collected))
  else readUpdate(body, 'body', oaId, collected)
}

/** An update is of one kind. The number of an update is no id of a message: it starts anew after a week of silence. */
function readUpdate(update: unknown, path: string, oaId: string | undefined, collected: Collected): void {
  if (!isRecord(update)) return void collected.rejected.push({ path, reason: 'not an object' })
  const kind = Object.keys(readers).find((name) => (field(update, name) ?? null) !== null)
  if (kind === undefined) {
    const name = Object.keys(update).find((key) => key !== 'update_id')
    return void collected.ignored.push({ path, reason: reasonFor(name) })
  }
  if (oaId === undefined) return void rejectWithoutInbox(path, collected)
  const given = field(update, kind)
  collectReading(
    isRecord(given) ? (readers[kind]?.(given, oaId) ?? { ignored: kind }) : { refused: 'not an object' },
    `${path}.${kind}`,
    collected,
  )
}

function reasonFor(name: string | undefined): string {
  if (name === undefined) return 'an update of no kind'
  return name.endsWith('channel_post') ? 'channel post: no from, no customer' : `${kindName(name)} is not an event of a conversation`
}
