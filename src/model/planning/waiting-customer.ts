import { putConversation, touchedConversation, type WritePlan } from './item-plan.js'
import { listedOf, type Parted, type StoredPart } from './merged-parts.js'
import type { ConversationRow, MessageRow } from './rows.js'
import { earlier, later, listedAt } from './times.js'
import type { PlaceInTime, World } from './world.js'

type Wait = Pick<ConversationRow, 'waitingSince' | 'lastAnswerAt'>

/** Whether a message answers the customer: an agent or a bot has written it, and it has not failed. */
export function isAnswer({ direction, sender, status }: Pick<MessageRow, 'direction' | 'sender' | 'status'>): boolean {
  return direction === 'outbound' && (sender.type === 'agent' || sender.type === 'bot') && status !== 'failed'
}

/** Whether a message lets the customer wait. What history brings is answered, or nobody waits for it any more. */
export function isQuestion({ direction, history }: Pick<MessageRow, 'direction' | 'history'>): boolean {
  return direction === 'inbound' && !history
}

/**
 * Who waits since when, once `row` is the last message of its conversation by `seq`. The messages before it are asked
 * only where a reply is earlier than one of them.
 */
export function waitWith(world: World, conversation: ConversationRow, row: MessageRow): Wait {
  const { waitingSince, lastAnswerAt, lastMessageAt } = conversation
  const at = listedAt(row)
  const isLate = lastAnswerAt !== null && at.getTime() < lastAnswerAt.getTime()
  if (isQuestion(row)) return { lastAnswerAt, waitingSince: isLate ? waitingSince : earlier(waitingSince, at) }
  if (!isAnswer(row)) return { lastAnswerAt, waitingSince }
  const isAnswered = waitingSince !== null && waitingSince.getTime() <= at.getTime()
  if (!isAnswered) return { lastAnswerAt: later(lastAnswerAt, at), waitingSince }
  const isNewest = lastMessageAt === null || lastMessageAt.getTime() <= at.getTime()
  const next = isNewest ? null : firstQuestion(world, conversation, row)
  return { lastAnswerAt: at, waitingSince: next && listedAt(next) }
}

/**
 * Looks anew who waits since when, where a stored message has changed so that it counts as an answer or a question now,
 * or no longer. `after` is null for one that is gone. What lies before the last answer changes nothing.
 */
export function noteChangedMessage(plan: WritePlan, before: MessageRow, after: MessageRow | null): void {
  const isOther = isAnswer(before) !== (after !== null && isAnswer(after)) || isQuestion(before) !== (after !== null && isQuestion(after))
  if (!isOther) return
  const conversation = touchedConversation(plan, before.conversationId)
  const { lastAnswerAt, waitingSince } = conversation
  if (lastAnswerAt !== null && listedAt(before).getTime() < lastAnswerAt.getTime()) return
  const wait = waitOf(plan.world, conversation)
  const isSame = wait.lastAnswerAt?.getTime() === lastAnswerAt?.getTime() && wait.waitingSince?.getTime() === waitingSince?.getTime()
  if (!isSame) putConversation(plan, { ...conversation, ...wait })
}

/** Who waits since when: a function of the messages that are there, in whatever order they came, over all parts. */
export function waitOf(world: Pick<World, 'lastAnswer' | 'firstQuestion'>, conversation: Parted): Wait {
  const answer = lastAnswer(world, conversation)
  const question = firstQuestion(world, conversation, answer)
  return { lastAnswerAt: answer && listedAt(answer), waitingSince: question && listedAt(question) }
}

/** The place of the last answer among the messages of each part. */
export function placeOfLastAnswer(world: Pick<World, 'lastAnswer'>, conversation: Parted): PlaceIn {
  return placeOf(lastAnswer(world, conversation))
}

type PlaceIn = (part: StoredPart) => PlaceInTime | null

function placeOf(row: MessageRow | null): PlaceIn {
  return ({ seqBase }) => row && { at: listedAt(row), seq: row.seq - seqBase }
}

function lastAnswer(world: Pick<World, 'lastAnswer'>, conversation: Parted): MessageRow | null {
  return listedOf(conversation, (part) => world.lastAnswer(part)).at(-1) ?? null
}

/** The first question after a message of the conversation, or the first of all. */
function firstQuestion(world: Pick<World, 'firstQuestion'>, conversation: Parted, after: MessageRow | null): MessageRow | null {
  const place = placeOf(after)
  return listedOf(conversation, (part) => world.firstQuestion(part, place(part)))[0] ?? null
}
