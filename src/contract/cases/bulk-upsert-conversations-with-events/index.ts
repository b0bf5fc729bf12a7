import type { CaseList } from '../../contract-case.js'
import { atomicityCases } from './atomicity.js'
import { historyCases } from './history.js'
import { limitCases } from './limits.js'
import { raceCases } from './races.js'
import { resultCases } from './results.js'
import { runCases } from './runs.js'
import { withoutEventsCases } from './without-events.js'

export const bulkUpsertConversationsWithEventsCases: CaseList = [
  ...resultCases,
  ...runCases,
  ...historyCases,
  ...withoutEventsCases,
  ...atomicityCases,
  ...raceCases,
  ...limitCases,
]
