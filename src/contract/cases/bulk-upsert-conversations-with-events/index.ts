import type { CaseList } from '../../contract-case.js'
import { atomicityCases } from './atomicity.js'
import { limitCases } from './limits.js'
import { resultCases } from './results.js'

export const bulkUpsertConversationsWithEventsCases: CaseList = [...resultCases, ...atomicityCases, ...limitCases]
