import { linkCustomerIdsInput } from '../model/validation/conversation-schemas.js'
import {
  connectInboxInput,
  disconnectInboxInput,
  recordHistoryProgressInput,
  updateContactInput,
} from '../model/validation/people-schemas.js'
import { type AccountContext, sendWrite } from './account-context.js'
import type { AccountConversations } from './account-conversations.js'
import { contactTarget, redirectedContact } from './finds.js'
import { pickDefined } from './stamping/stamp-item.js'

type PeopleAndInboxes = Pick<
  AccountConversations,
  'updateContact' | 'linkCustomerIds' | 'connectInbox' | 'disconnectInbox' | 'recordHistoryProgress'
>

export function accountPeopleAndInboxes(context: AccountContext): PeopleAndInboxes {
  return {
    async updateContact(given) {
      const input = context.parse(updateContactInput, given)
      const target = contactTarget(input)
      const patch = pickDefined(input, ['name', 'metadata'])
      const contact = await sendWrite(context, (operations, stamp) => operations.updateContact({ ...stamp, ...target, patch }))
      return redirectedContact(contact, target)
    },

    async linkCustomerIds(given) {
      const { oaId, identities } = context.parse(linkCustomerIdsInput, given)
      const rowIds = identities.map(context.newId)
      return sendWrite(context, (operations, stamp) => operations.linkCustomerIds({ ...stamp, oaId, identities, rowIds }))
    },

    async connectInbox(given) {
      const input = context.parse(connectInboxInput, given)
      const { oaId, channel } = input
      const patch = pickDefined(input, ['provider', 'name', 'chatbotId', 'onClosed', 'metadata'])
      const inboxId = context.newId()
      return sendWrite(context, (operations, stamp) => operations.connectInbox({ ...stamp, inboxId, oaId, channel, patch }))
    },

    async disconnectInbox(given) {
      const { oaId } = context.parse(disconnectInboxInput, given)
      return sendWrite(context, (operations, stamp) => operations.disconnectInbox({ ...stamp, oaId }))
    },

    async recordHistoryProgress(given) {
      const { oaId, phase = null, chunkOrder = null, progress = null, errorCode = null } = context.parse(recordHistoryProgressInput, given)
      const step = { phase, chunkOrder, progress, errorCode, sessionId: context.newId() }
      return sendWrite(context, (operations, stamp) => operations.recordHistoryProgress({ ...stamp, oaId, ...step }))
    },
  }
}
