import type { OpenComparison, TakeFigures } from '../comparison.js'
import { openMongoEvents } from './events.js'
import { openMongoUpsert } from './upsert.js'

export const mongoComparisons: readonly OpenComparison[] = [openMongoUpsert, openMongoEvents]
export const mongoFigures: readonly TakeFigures[] = []
