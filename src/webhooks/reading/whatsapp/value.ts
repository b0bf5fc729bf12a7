import { type Collected, collectEach, collectReading, rejectWithoutInbox } from '../collecting.js'
import { field, isRecord, kindName } from '../fields.js'
import { readHandover } from './handover.js'
import { readHistory } from './history.js'
import { readInbox, type WhatsappInbox, type WhatsappSource } from './inbox.js'
import { readEcho, readInbound } from './item.js'
import { readUserIdUpdate } from './notices.js'
import { readContacts } from './people.js'
import { readStatus } from './receipts.js'

/** What is no event of a conversation, and why. */
const notConversations: Readonly<Record<string, string>> = {
  smb_app_state_sync: 'contacts of the business app, no conversation',
  user_preferences: 'a marketing preference, not a message',
}
const readers: Readonly<Record<string, (value: unknown, path: string, inbox: WhatsappInbox, collected: Collected) => void>> = {
  messages: readContents,
  smb_message_echoes: readContents,
  message_echoes: readContents,
  standby: readStandby,
  history: readHistory,
  messaging_handovers: (value, path, inbox, collected) => collectReading(readHandover(value, inbox), path, collected),
  user_id_update: readUpdates,
}
const lists = { messages: readInbound, message_echoes: readEcho, statuses: readStatus } as const
const listNames = ['messages', 'message_echoes', 'statuses'] as const

/** Reads the value of a change, by the field of the change. */
export function readValue(name: string, value: unknown, path: string, source: WhatsappSource, collected: Collected): void {
  const known = Object.hasOwn(notConversations, name) ? notConversations[name] : undefined
  if (known !== undefined) return void collected.ignored.push({ path, reason: `${name}: ${known}` })
  if (!Object.hasOwn(readers, name)) {
    return void collected.ignored.push({ path, reason: `${kindName(name)} is not an event of a conversation` })
  }
  if (!isRecord(value)) return void collected.rejected.push({ path, reason: 'not an object' })
  const inbox = readInbox(value, source)
  if (inbox !== null) readers[name]?.(value, path, inbox, collected)
  else if (isSilent(value)) collected.ignored.push({ path, reason: 'nothing in it' })
  else rejectWithoutInbox(path, collected)
}

function readUpdates(value: unknown, path: string, inbox: WhatsappInbox, collected: Collected): void {
  collectEach(field(value, 'user_id_update'), `${path}.user_id_update`, collected, (update, updatePath) => {
    collectReading(readUserIdUpdate(update, inbox), updatePath, collected)
  })
}

function readStandby(value: unknown, path: string, inbox: WhatsappInbox, collected: Collected): void {
  readContents(field(value, 'standby'), `${path}.standby`, { ...inbox, standby: true }, collected)
}

/** Reads messages, echoes and statuses. In standby all of them stand one level deeper. */
function readContents(content: unknown, path: string, inbox: WhatsappInbox, collected: Collected): void {
  const contacts = readContacts(field(content, 'contacts'))
  const given = listNames.filter((list) => (field(content, list) ?? null) !== null)
  for (const list of given) {
    collectEach(field(content, list), `${path}.${list}`, collected, (element, elementPath) => {
      collectReading(lists[list](element, inbox, contacts), elementPath, collected)
    })
  }
  if (given.length > 0) return
  const hasErrors = (field(content, 'errors') ?? null) !== null
  collected.ignored.push({ path, reason: hasErrors ? 'errors alone: nothing to store' : 'no messages, echoes or statuses' })
}

function isSilent(value: unknown): boolean {
  return listNames.every((list) => (field(value, list) ?? null) === null) && (field(value, 'history') ?? null) === null
}
