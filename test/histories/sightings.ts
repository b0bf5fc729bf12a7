import type { Conversation } from '../../src/model/records.js'
import type { ConversationPatch } from '../../src/store/inputs.js'
import type { WriteOutcomeName } from '../../src/store/results.js'
import type { Operation, Told } from './history.js'

export type ToldConversation = Told<Conversation>

/** A conversation in an answer: a read has seen it, or a write has made this version of it. */
export interface Sighting {
  readonly operation: Operation
  readonly conversation: ToldConversation
  /** True when the call has made this version. */
  readonly isWriter: boolean
  readonly outcome: WriteOutcomeName | 'seen'
  /** What the call patched, for the step from the version before to this one. */
  readonly patch: Told<ConversationPatch>
  readonly expectedVersion: number | 'absent' | undefined
}

interface Expecting {
  readonly expectedVersion?: number | 'absent'
  readonly events?: readonly { readonly type: string }[]
}

const changing = new Set<string>(['created', 'updated', 'reopened', 'adopted', 'merged'])

/**
 * Whether the answer may show another conversation than the one whose version was expected: that of a message which an
 * edit, a reaction or a deletion is about.
 */
function showsAnother({ events = [] }: Expecting): boolean {
  return events.some(({ type }) => type !== 'message' && type !== 'postback')
}

/** The conversations that an answer shows. */
export function sightingsOf(operation: Operation): readonly Sighting[] {
  if (operation.outcome !== 'ok') return []
  // The answer to a call that was sent again can show a later state than the one that the call made.
  const isFirst = operation.sent === 1
  const written = (
    change: { readonly outcome: WriteOutcomeName; readonly conversation: ToldConversation | null },
    patch: Told<ConversationPatch> & Expecting = {},
  ): readonly Sighting[] =>
    change.conversation === null
      ? []
      : [
          {
            operation,
            conversation: change.conversation,
            isWriter: isFirst && changing.has(change.outcome),
            outcome: change.outcome,
            patch,
            expectedVersion: showsAnother(patch) ? undefined : patch.expectedVersion,
          },
        ]
  const seen = (conversation: ToldConversation): Sighting => {
    return { operation, conversation, isWriter: false, outcome: 'seen', patch: {}, expectedVersion: undefined }
  }
  switch (operation.method) {
    case 'upsertConversation':
    case 'upsertConversationWithEvents':
    case 'updateConversation':
    case 'updateNickname':
      return written(operation.result, operation.input)
    case 'markRead':
    case 'markUnread':
    case 'closeConversation':
    case 'snoozeConversation':
    case 'reopenConversation': {
      const { expectedVersion } = operation.input
      return written(operation.result, expectedVersion === undefined ? {} : { expectedVersion })
    }
    case 'bulkUpsertConversationsWithEvents':
      return operation.result.flatMap((item, index) => (item.ok ? written(item, operation.input.conversations[index]) : []))
    case 'wakeDue':
      return operation.result.flatMap((conversation) => written({ outcome: 'updated', conversation }))
    case 'findConversation':
    case 'findByOaAndCustomer':
      return operation.result === null ? [] : [seen(operation.result)]
    case 'findByOa':
    case 'findByChatbotId':
    case 'listConversations':
      return operation.result.items.map(seen)
    default:
      return []
  }
}
