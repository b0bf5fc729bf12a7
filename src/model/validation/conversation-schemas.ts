import * as z from 'zod/mini'
import { limits } from '../limits.js'
import { usernameKey } from '../username-key.js'
import { event, type ParsedEvent } from './event-schemas.js'
import { identities } from './identities.js'
import { jsonObject } from './json-values.js'
import { atMost, count, date, exactlyOne, id, name, onClosed } from './scalars.js'
import { exceedsBytes } from './unicode.js'

const conversationKey = { conversationId: z.optional(id), oaId: z.optional(id), customerId: z.optional(id) }
const oneConversation = exactlyOne(['conversationId'], ['oaId', 'customerId'])
const expectedVersion = z.optional(count)

const patch = {
  nickname: z.nullish(name),
  customerName: z.nullish(name),
  customerUsername: z.nullish(name),
  chatbotId: z.nullish(id),
  metadata: z.nullish(jsonObject),
}

const upsert = {
  oaId: id,
  customerId: id,
  identities: z.optional(identities),
  ...patch,
  channel: z.optional(id),
  expectedVersion: z.optional(z.union([count, z.literal('absent')], { error: () => `must be a version or 'absent'` })),
  onClosed: z.optional(onClosed),
  matchUsername: z.optional(z.boolean()),
}
const events = atMost(limits.batchEvents, event)
const ofHistory = {
  history: z.optional(z.boolean()),
  opens: z.optional(z.enum(['open', 'closed'])),
  markUnread: z.optional(z.boolean()),
}
const usernameCheck = z.superRefine(checkUsername)
const identitiesCheck = z.superRefine(checkCustomerAmongIdentities)
const linksCheck = z.superRefine(checkLinks)
const historyCheck = z.superRefine(checkHistory)

export const upsertConversationInput = z.strictObject(upsert).check(usernameCheck, identitiesCheck)
export const upsertConversationWithEventsInput = z
  .strictObject({ ...upsert, ...ofHistory, events })
  .check(usernameCheck, identitiesCheck, linksCheck, historyCheck)
/** One item of a bulk call. */
export const bulkItemInput = z
  .strictObject({ ...upsert, ...ofHistory, events: z.optional(events) })
  .check(usernameCheck, identitiesCheck, linksCheck, historyCheck)
export type ParsedUpsert = z.output<typeof bulkItemInput>

export const updateConversationInput = z.strictObject({ ...conversationKey, ...patch, expectedVersion }).check(oneConversation)
export const updateNicknameInput = z
  .strictObject({ ...conversationKey, nickname: z.nullable(name), expectedVersion })
  .check(oneConversation)
export const changeStatusInput = z.strictObject({ ...conversationKey, expectedVersion }).check(oneConversation)
export const snoozeConversationInput = z.strictObject({ ...conversationKey, expectedVersion, until: date }).check(oneConversation)
export const markReadInput = z
  .strictObject({ ...conversationKey, expectedVersion, seq: z.optional(count), upToTime: z.optional(date) })
  .check(oneConversation, z.superRefine(checkHorizon))

const oneOfTwo = z.strictObject(conversationKey).check(oneConversation)
export const mergeConversationsInput = z.strictObject({
  keep: oneOfTwo,
  lose: oneOfTwo,
  expectedVersions: z.optional(z.strictObject({ keep: expectedVersion, lose: expectedVersion })),
  link: z.optional(z.boolean()),
})
export const unmergeConversationsInput = z.strictObject({ mergeId: id })

export const linkCustomerIdsInput = z.strictObject({ oaId: id, identities: identities.check(z.minLength(2)) })

interface Refusals {
  addIssue(issue: { code: 'custom'; path: PropertyKey[]; message: string }): void
}

function checkHorizon(
  { seq, upToTime }: { readonly seq?: number | undefined; readonly upToTime?: Date | undefined },
  context: Refusals,
): void {
  if (seq === undefined || upToTime === undefined) return
  context.addIssue({ code: 'custom', path: ['upToTime'], message: 'must not come with a seq' })
}

function checkUsername(
  input: { readonly matchUsername?: boolean | undefined; readonly customerUsername?: string | null | undefined },
  context: Refusals,
): void {
  if (input.matchUsername !== true) return
  const key = usernameKey(input.customerUsername ?? '')
  const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['customerUsername'], message })
  if (key === '') refuse('is required with matchUsername')
  // The key is stored in a unique index, so it has to be as short as an id.
  if (exceedsBytes(key, limits.idBytes)) refuse(`must be at most ${limits.idBytes} UTF-8 bytes with matchUsername`)
}

function checkCustomerAmongIdentities(
  {
    customerId,
    identities: named = [],
  }: { readonly customerId: string; readonly identities?: readonly { readonly id: string }[] | undefined },
  context: Refusals,
): void {
  if (named.length === 0 || named.some(({ id: own }) => own === customerId)) return
  context.addIssue({ code: 'custom', path: ['identities'], message: 'must have the customerId among them, with its kind' })
}

/**
 * Refuses a `localId` with two `messageId`s, and the reverse, because nothing could tell which of the two messages the
 * reply is.
 */
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

/**
 * Either the write as a whole is history or single events of it are. What history opens, and whether it counts, can be
 * said only where there is any.
 */
function checkHistory(
  input: {
    readonly history?: boolean | undefined
    readonly opens?: string | undefined
    readonly markUnread?: boolean | undefined
    readonly events?: readonly ParsedEvent[] | undefined
  },
  context: Refusals,
): void {
  const { history, opens, markUnread, events: given = [] } = input
  const refuse = (path: PropertyKey[], message: string) => context.addIssue({ code: 'custom', path, message })
  const own = given.flatMap((each, index) => ('history' in each && each.history !== undefined ? [{ index, isSet: each.history }] : []))
  if (history === true && given.length === 0) refuse(['history'], 'is only for a write with events')
  if (history === true) for (const { index } of own) refuse(['events', index, 'history'], 'is said of the write as a whole already')
  if (history === true || own.some(({ isSet }) => isSet)) return
  if (opens !== undefined) refuse(['opens'], 'is only for history')
  if (markUnread !== undefined) refuse(['markUnread'], 'is only for history')
}
