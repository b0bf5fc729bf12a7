import { type CaseList, withEvents, withJointWrites } from '../../contract-case.js'
import { chainCases } from './chains.js'
import { countCases } from './counts.js'
import { doubleCases } from './doubles.js'
import { eventCases } from './events.js'
import { linkingCases } from './linking.js'
import { redirectCases } from './redirects.js'
import { mergedResendCases } from './resends.js'
import { statusCases } from './statuses.js'
import { toldDoubleCases } from './told-doubles.js'
import { waitCases } from './waits.js'

export const mergeConversationsCases: CaseList = [
  ...withEvents([...countCases, ...doubleCases, ...toldDoubleCases, ...eventCases, ...redirectCases, ...waitCases]),
  ...linkingCases,
  ...withJointWrites([...statusCases, ...chainCases, ...mergedResendCases]),
]
