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
      const change = { target: conversationTarget(input), patch: conversationPatch(input), expectedVersion: input.expectedVersion ?? null }
      return sendWrite(context, (operations, stamp) => operations.updateConversation({ ...stamp, ...change }))
    },

    async updateNickname(given) {
      const input = context.parse(updateNicknameInput, given)
      const patch = { nickname: input.nickname }
      const change = { target: conversationTarget(input), patch, expectedVersion: input.expectedVersion ?? null }
      return sendWrite(context, (operations, stamp) => operations.updateConversation({ ...stamp, ...change }))
    },

    async markRead(given) {
      const input = context.parse(markReadInput, given)
      const { seq = null, upToTime = null, expectedVersion = null } = input
      const change = { target: conversationTarget(input), seq, upToTime, expectedVersion }
      return sendWrite(context, (operations, stamp) => operations.markRead({ ...stamp, ...change }))
    },

    async markUnread(given) {
      const input = context.parse(changeStatusInput, given)
      const change = { target: conversationTarget(input), expectedVersion: input.expectedVersion ?? null }
      return sendWrite(context, (operations, stamp) => operations.markUnread({ ...stamp, ...change }))
    },

    async closeConversation(given) {
      const input = context.parse(changeStatusInput, given)
      const change = { target: conversationTarget(input), expectedVersion: input.expectedVersion ?? null }
      return sendWrite(context, (operations, stamp) => operations.closeConversation({ ...stamp, ...change }))
    },

    async snoozeConversation(given) {
      const input = context.parse(snoozeConversationInput, given)
      const change = { target: conversationTarget(input), until: input.until, expectedVersion: input.expectedVersion ?? null }
      return sendWrite(context, (operations, stamp) => operations.snoozeConversation({ ...stamp, ...change }))
    },

    async reopenConversation(given) {
      const input = context.parse(changeStatusInput, given)
      const change = { target: conversationTarget(input), expectedVersion: input.expectedVersion ?? null }
      return sendWrite(context, (operations, stamp) => operations.reopenConversation({ ...stamp, ...change }))
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
