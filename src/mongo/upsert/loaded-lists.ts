import { compositeKey as key } from '../../model/composite-key.js'
import { isHiddenBy } from '../../model/planning/merged-parts.js'
import type { ConversationRow, MessageRow } from '../../model/planning/rows.js'
import { byListedTime, isListedAfter } from '../../model/planning/times.js'
import { isAnswer, isQuestion } from '../../model/planning/waiting-customer.js'
import type { World } from '../../model/planning/world.js'
import { type Need, WorldIncomplete } from './needs.js'
import type { RowTable } from './row-table.js'

type ListNeed = Extract<Need, { readonly what: 'latest message' | 'last answer' | 'first question' }>
type Asked = ListNeed extends infer N ? (N extends ListNeed ? Omit<N, 'but'> : never) : never

/** The questions for one message of a conversation by its place in the list by time. */
export interface LoadedLists extends Pick<World, 'latestMessage' | 'lastAnswer' | 'firstQuestion'> {
  /** Records what was loaded for the question. */
  listAnswered(need: ListNeed): void
}

export function isListNeed(need: Need): need is ListNeed {
  return need.what === 'latest message' || need.what === 'last answer' || need.what === 'first question'
}

/**
 * Each question is put for the messages that were not loaded before, and its answer is compared with those that were.
 * It is put again once what was found then is no answer any more.
 */
export function loadedLists(messages: RowTable<MessageRow>, conversations: RowTable<ConversationRow>): LoadedLists {
  /** The message that was found for a question. Null when there is none. */
  const found = new Map<string, string | null>()
  const matching = (asked: Asked, but: readonly string[] = []) =>
    messages.having(key('in', asked.conversationId)).filter((row) => !but.includes(row.id) && isMeant(asked, row))
  const best = (asked: Asked, rows: readonly MessageRow[]) =>
    rows.toSorted(byListedTime).at(asked.what === 'first question' ? 0 : -1) ?? null
  const ask = (asked: Asked): MessageRow | null => {
    const anchor = found.get(listKey(asked))
    const row = typeof anchor === 'string' ? messages.get(anchor) : null
    const isLoaded = anchor === null || (row !== null && isMeant(asked, row))
    if (!isLoaded && !conversations.isNew(asked.conversationId)) {
      throw new WorldIncomplete([{ ...asked, but: messages.loadedWith(key('in', asked.conversationId)) }])
    }
    return best(asked, matching(asked))
  }
  return {
    listAnswered: (need) => void found.set(listKey(need), best(need, matching(need, need.but))?.id ?? null),
    latestMessage: ({ id, merges }) => ask({ what: 'latest message', conversationId: id, merges }),
    lastAnswer: ({ id, merges }) => ask({ what: 'last answer', conversationId: id, merges }),
    firstQuestion: ({ id, merges }, after) => ask({ what: 'first question', conversationId: id, merges, after }),
  }
}

function isMeant(asked: Asked, row: MessageRow): boolean {
  if (isHiddenBy(asked.merges, row)) return false
  if (asked.what !== 'first question') return asked.what === 'latest message' || isAnswer(row)
  return isQuestion(row) && (asked.after === null || isListedAfter(row, asked.after))
}

function listKey(asked: Asked): string {
  const after = asked.what === 'first question' && asked.after ? [String(asked.after.at.getTime()), String(asked.after.seq)] : []
  return key(asked.what, asked.conversationId, asked.merges.join(), ...after)
}
