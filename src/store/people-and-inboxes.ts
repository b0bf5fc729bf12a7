import type { Contact } from '../model/records.js'
import { linkCustomerIdsInput } from '../model/validation/conversation-schemas.js'
import {
  connectInboxInput,
  disconnectInboxInput,
  recordHistoryProgressInput,
  redirectInboxInput,
  updateContactInput,
} from '../model/validation/people-schemas.js'
import { refusal } from '../model/validation/refusal.js'
import { type AccountContext, beginWrite, sendWrite } from './account-context.js'
import type { AccountConversations } from './account-conversations.js'
import type { ContactTarget } from './adapter.js'
import { contactTarget, redirectedContact } from './finds.js'
import { writeRedirected } from './inbox-redirects.js'
import { pickDefined } from './stamping/stamp-item.js'

type PeopleAndInboxes = Pick<
  AccountConversations,
  'updateContact' | 'linkCustomerIds' | 'connectInbox' | 'disconnectInbox' | 'redirectInbox' | 'recordHistoryProgress'
>

export function accountPeopleAndInboxes(context: AccountContext): PeopleAndInboxes {
  return {
    async updateContact(given) {
      const input = context.parse(updateContactInput, given)
      const target = contactTarget(input)
      const patch = pickDefined(input, ['name', 'metadata'])
      const write = beginWrite(context)
      const { written } = await writeRedirected<ContactTarget, Contact>(context, target, (to) =>
        write((operations, stamp) => operations.updateContact({ ...stamp, ...to, patch })),
      )
      return redirectedContact(written, target)
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

    async redirectInbox(given) {
      const { oaId, to } = context.parse(redirectInboxInput, given)
      if (oaId === to) throw refusal(['to'], 'must be another inbox, or null')
      return sendWrite(context, (operations, stamp) => operations.redirectInbox({ ...stamp, oaId, to }))
    },

    async recordHistoryProgress(given) {
      const {
        oaId,
        phase = null,
        chunkOrder = null,
        progress = null,
        errorCode = null,
        brought,
      } = context.parse(recordHistoryProgressInput, given)
      const { conversations = 0, created = 0, messages = 0, duplicates = 0 } = brought ?? {}
      const counts = { conversations, created, messages, duplicates }
      const step = { phase, chunkOrder, progress, errorCode, brought: counts, sessionId: context.newId() }
      return sendWrite(context, (operations, stamp) => operations.recordHistoryProgress({ ...stamp, oaId, ...step }))
    },
  }
}
