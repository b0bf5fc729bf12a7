import type { OpenComparison, TakeFigures } from '../comparison.js'
import { openPostgresEvents } from './comparisons/events.js'
import { openPostgresFirstUpsert, openPostgresUpsert } from './comparisons/upsert.js'

export const postgresComparisons: readonly OpenComparison[] = [openPostgresUpsert, openPostgresFirstUpsert, openPostgresEvents]
export const postgresFigures: readonly TakeFigures[] = []
