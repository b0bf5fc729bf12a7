import type { CaseList } from '../../contract-case.js'
import { atomicityCases } from './atomicity.js'
import { resultCases } from './results.js'

export const bulkUpsertConversationsWithEventsCases: CaseList = [...resultCases, ...atomicityCases]
