import type { CaseList } from '../../contract-case.js'
import { contentCases } from './content.js'
import { mergingCases } from './merging.js'
import { undoingCases } from './undoing.js'

/** Conversations of two people who turn out to be one. */
export const linkedConversationsCases: CaseList = [...mergingCases, ...undoingCases, ...contentCases]
