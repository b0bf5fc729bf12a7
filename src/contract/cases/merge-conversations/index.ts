import { type CaseList, withEvents, withJointWrites } from '../../contract-case.js'
import { chainCases } from './chains.js'
import { countCases } from './counts.js'
import { eventCases } from './events.js'
import { redirectCases } from './redirects.js'
import { statusCases } from './statuses.js'

export const mergeConversationsCases: CaseList = [
  ...withEvents([...countCases, ...eventCases, ...redirectCases]),
  ...withJointWrites([...statusCases, ...chainCases]),
]
