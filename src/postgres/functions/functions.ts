import type { Names } from '../names.js'
import { applyEventFunctions, expressionFunctions } from './apply-event.js'
import { bulkUpsert } from './bulk-upsert.js'
import { connectInboxFunction } from './connect-inbox.js'
import { foldMessage } from './fold-message.js'
import { markReadFunction } from './mark-read.js'
import { newRowId } from './new-row-id.js'
import { requireWithin } from './payload-limits.js'
import type { SqlFunction } from './sql-function.js'
import { upsert } from './upsert.js'
import { upsertUnpatched } from './upsert-unpatched.js'
import { writePlainFunctions } from './write-plain.js'
import { writeRound } from './write-round.js'

/**
 * The write path of docs/write-path.md as SQL functions: quick ways for what nearly every call is, and behind them one set-based step for
 * conversations, messages and facts, then a loop over what is rare (edits, deletions, reactions, receipts, links, and events that waited).
 * The adapter calls what a program in another language calls; a lone patch it writes itself first (patch-of-active.ts).
 */
export function functionsOf(names: Names): readonly SqlFunction[] {
  return [
    newRowId(),
    ...expressionFunctions(),
    foldMessage(names),
    ...applyEventFunctions(names),
    requireWithin(),
    ...writePlainFunctions(names),
    writeRound(names),
    bulkUpsert(names),
    upsert(names),
    upsertUnpatched(names),
    markReadFunction(names),
    connectInboxFunction(names),
  ]
}
