import { z } from 'zod'
import { limits } from '../limits.js'
import { usernameKey } from '../username-key.js'
import { event, type ParsedEvent } from './event-schemas.js'
import { jsonObject } from './json-values.js'
import { atMost, count, date, exactlyOne, id, name, onClosed } from './scalars.js'
import { exceedsBytes } from './unicode.js'

const conversationKey = { conversationId: id.optional(), oaId: id.optional(), customerId: id.optional() }
const oneConversation = exactlyOne(['conversationId'], ['oaId', 'customerId'])
const expectedVersion = count.optional()

const patch = {
  nickname: name.nullable().optional(),
  customerName: name.nullable().optional(),
  customerUsername: name.nullable().optional(),
  chatbotId: id.nullable().optional(),
  metadata: jsonObject.nullable().optional(),
}

const upsert = {
  oaId: id,
  customerId: id,
  ...patch,
  channel: id.optional(),
  expectedVersion: z.union([count, z.literal('absent')], { error: () => `must be a version or 'absent'` }).optional(),
  onClosed: onClosed.optional(),
  matchUsername: z.boolean().optional(),
}
const events = atMost(limits.batchEvents, event)

export const upsertConversationInput = z.strictObject(upsert).superRefine(checkUsername)
export const upsertConversationWithEventsInput = z
  .strictObject({ ...upsert, events })
  .superRefine(checkUsername)
  .superRefine(checkLinks)
/** One item of a bulk call. */
export const bulkItemInput = z
  .strictObject({ ...upsert, events: events.optional() })
  .superRefine(checkUsername)
  .superRefine(checkLinks)
export type ParsedUpsert = z.output<typeof bulkItemInput>

export const updateConversationInput = z.strictObject({ ...conversationKey, ...patch, expectedVersion }).superRefine(oneConversation)
export const updateNicknameInput = z
  .strictObject({ ...conversationKey, nickname: name.nullable(), expectedVersion })
  .superRefine(oneConversation)
export const changeStatusInput = z.strictObject({ ...conversationKey, expectedVersion }).superRefine(oneConversation)
export const snoozeConversationInput = z.strictObject({ ...conversationKey, expectedVersion, until: date }).superRefine(oneConversation)
export const markReadInput = z.strictObject({ ...conversationKey, expectedVersion, seq: count.optional() }).superRefine(oneConversation)

interface Refusals {
  addIssue(issue: { code: 'custom'; path: PropertyKey[]; message: string }): void
}

function checkUsername(
  input: { readonly matchUsername?: boolean | undefined; readonly customerUsername?: string | null | undefined },
  context: Refusals,
): void {
  if (input.matchUsername !== true) return
  const key = usernameKey(input.customerUsername ?? '')
  const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['customerUsername'], message })
  if (key === '') refuse('is required with matchUsername')
  // It stands in a unique index.
  if (exceedsBytes(key, limits.idBytes)) refuse(`must be at most ${limits.idBytes} UTF-8 bytes with matchUsername`)
}

/** Nothing could say which of the two messages such a reply is. */
function checkLinks(input: { readonly events?: readonly ParsedEvent[] | undefined }, context: Refusals): void {
  const messageIds = new Map<string, string>()
  const localIds = new Map<string, string>()
  input.events?.forEach((given, index) => {
    if (!('localId' in given && 'messageId' in given)) return
    const { localId, messageId } = given
    if (localId === undefined || messageId === undefined) return
    const refuse = (key: string, message: string) => context.addIssue({ code: 'custom', path: ['events', index, key], message })
    if ((messageIds.get(localId) ?? messageId) !== messageId) refuse('messageId', 'must be the one that an event before gave this localId')
    if ((localIds.get(messageId) ?? localId) !== localId) refuse('localId', 'must be the one that an event before gave this messageId')
    messageIds.set(localId, messageId)
    localIds.set(messageId, localId)
  })
}
