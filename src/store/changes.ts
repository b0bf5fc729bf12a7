import { defaultSweepEvents } from '../model/limits.js'
import {
  changeStatusInput,
  markReadInput,
  snoozeConversationInput,
  updateConversationInput,
  updateNicknameInput,
} from '../model/validation/conversation-schemas.js'
import { sweepInput, wakeDueInput } from '../model/validation/people-schemas.js'
import { type AccountContext, sendWrite } from './account-context.js'
import type { AccountConversations } from './account-conversations.js'
import { sendChange } from './redirects.js'
import { conversationPatch, conversationTarget } from './stamping/stamp-item.js'

type Changes = Pick<
  AccountConversations,
  | 'updateConversation'
  | 'updateNickname'
  | 'markRead'
  | 'markUnread'
  | 'closeConversation'
  | 'snoozeConversation'
  | 'reopenConversation'
  | 'wakeDue'
  | 'sweep'
>

/** The writes to a conversation that exists already. */
export function accountChanges(context: AccountContext): Changes {
  return {
    async updateConversation(given) {
      const input = await context.withMetadata(context.parse(updateConversationInput, given))
      const change = { patch: conversationPatch(input), expectedVersion: input.expectedVersion ?? null }
      return sendChange(context, conversationTarget(input), (operations, stamp, { target }) =>
        operations.updateConversation({ ...stamp, ...change, target }),
      )
    },

    async updateNickname(given) {
      const input = context.parse(updateNicknameInput, given)
      const patch = { nickname: input.nickname }
      const change = { patch, expectedVersion: input.expectedVersion ?? null }
      return sendChange(context, conversationTarget(input), (operations, stamp, { target }) =>
        operations.updateConversation({ ...stamp, ...change, target }),
      )
    },

    async markRead(given) {
      const input = context.parse(markReadInput, given)
      const { seq = null, upToTime = null, expectedVersion = null } = input
      const change = { seq, upToTime, expectedVersion }
      return sendChange(context, conversationTarget(input), (operations, stamp, to) => operations.markRead({ ...stamp, ...change, ...to }))
    },

    async markUnread(given) {
      const input = context.parse(changeStatusInput, given)
      const change = { expectedVersion: input.expectedVersion ?? null }
      return sendChange(context, conversationTarget(input), (operations, stamp, { target }) =>
        operations.markUnread({ ...stamp, ...change, target }),
      )
    },

    async closeConversation(given) {
      const input = context.parse(changeStatusInput, given)
      const change = { expectedVersion: input.expectedVersion ?? null }
      return sendChange(context, conversationTarget(input), (operations, stamp, { target }) =>
        operations.closeConversation({ ...stamp, ...change, target }),
      )
    },

    async snoozeConversation(given) {
      const input = context.parse(snoozeConversationInput, given)
      const change = { until: input.until, expectedVersion: input.expectedVersion ?? null }
      return sendChange(context, conversationTarget(input), (operations, stamp, { target }) =>
        operations.snoozeConversation({ ...stamp, ...change, target }),
      )
    },

    async reopenConversation(given) {
      const input = context.parse(changeStatusInput, given)
      const change = { expectedVersion: input.expectedVersion ?? null }
      return sendChange(context, conversationTarget(input), (operations, stamp, { target }) =>
        operations.reopenConversation({ ...stamp, ...change, target }),
      )
    },

    async wakeDue(given = {}) {
      const { limit = 100 } = context.parse(wakeDueInput, given)
      return sendWrite(context, (operations, stamp) => operations.wakeDue({ ...stamp, limit }))
    },

    async sweep(given = {}) {
      const { limit = defaultSweepEvents } = context.parse(sweepInput, given)
      return sendWrite(context, (operations, stamp) => operations.sweep({ ...stamp, limit }))
    },
  }
}
