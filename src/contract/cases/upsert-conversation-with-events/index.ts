import type { CaseList } from '../../contract-case.js'
import { aliasCases } from './aliases.js'
import { attachmentCases } from './attachments.js'
import { changeCases } from './changes.js'
import { dedupeKeyCases } from './dedupe-keys.js'
import { deliveryOrderCases } from './delivery-orders.js'
import { factCases } from './facts.js'
import { groupChangeCases } from './group-changes.js'
import { groupCases } from './groups.js'
import { historyCases } from './history.js'
import { historyLiveCases } from './history-live.js'
import { historyRuleCases } from './history-rules.js'
import { identityCases } from './identities.js'
import { identityChangeCases } from './identity-changes.js'
import { identityEvidenceCases } from './identity-evidence.js'
import { identityOrderCases } from './identity-orders.js'
import { limitCases } from './limits.js'
import { manyUndeliveredCases } from './many-undelivered.js'
import { messageCases } from './messages.js'
import { namedIdCases } from './named-ids.js'
import { openingCases } from './opening.js'
import { previewCases } from './previews.js'
import { raceCases } from './races.js'
import { reactionCases } from './reactions.js'
import { receiptCases } from './receipts.js'
import { replayCases } from './replays.js'
import { replyCases } from './replies.js'
import { timeCases } from './times.js'
import { waitingCases } from './waiting.js'
import { waitingCustomerCases } from './waiting-customers.js'
import { waitingLimitCases } from './waiting-limits.js'

export const upsertConversationWithEventsCases: CaseList = [
  ...messageCases,
  ...previewCases,
  ...openingCases,
  ...replayCases,
  ...dedupeKeyCases,
  ...receiptCases,
  ...manyUndeliveredCases,
  ...deliveryOrderCases,
  ...changeCases,
  ...attachmentCases,
  ...reactionCases,
  ...replyCases,
  ...waitingCases,
  ...waitingLimitCases,
  ...factCases,
  ...timeCases,
  ...waitingCustomerCases,
  ...historyCases,
  ...historyLiveCases,
  ...historyRuleCases,
  ...aliasCases,
  ...groupCases,
  ...groupChangeCases,
  ...namedIdCases,
  ...identityCases,
  ...identityChangeCases,
  ...identityOrderCases,
  ...identityEvidenceCases,
  ...raceCases,
  ...limitCases,
]
